"""What the interviewer says around a question when no model words it. Each sentence is said at most once in an interview."""

from __future__ import annotations

from discovery_agent.domain.interview.moves import AnswerKind, Stop
from discovery_agent.domain.interview.slots import Topic

GREETINGS = ("Hello {name}.", "Good day, {name}.")
GREETINGS_WITHOUT_NAME = ("Hello.", "Good day.")
WHO_ASKS = ("I am a program asking for those who lead this discovery.",)
ABOUT = ("Our subject: {purpose}.",)
ABOUT_ORGANISATION = ("It is about how the work runs at {organisation}.", "Our subject is how the work runs at {organisation}.")
ABOUT_NOTHING = ("It is about your work and what could be better.", "Our subject is your work and what could be better.")
RULES_OF_THE_TALK = ("At most {budget} questions; “I don't know”, “later” and “stop” are fine, and at the end you correct my notes.",)
ONE_QUESTION = ("I have just one question; “I don't know” is a good answer too.",)

THANKS = (
    "Thank you.",
    "I see.",
    "That helps.",
    "Understood.",
    "All right, noted.",
    "Good to know.",
    "Thanks, that is clear.",
    "I have that.",
    "That is useful.",
    "Thanks for putting it so plainly.",
    "That gives me a clearer picture.",
    "I follow.",
    "Right, I have written that down.",
    "I have written that down.",
    "Thank you, noted.",
    "Okay, that makes sense.",
    "Thanks, I will keep that.",
    "Good, that is on record.",
)
AFTER_A_STORY = (
    "Thank you, I can picture that.",
    "That makes it concrete, thank you.",
    "Thanks for telling it in such detail.",
    "That is a vivid case.",
    "I see how one thing led to the other.",
    "That story says a lot.",
    "Thank you for going through it step by step.",
)
BY_TOPIC: dict[Topic, tuple[str, ...]] = {
    Topic.GOAL: ("That tells me what matters to you.", "Then I know where this should lead.", "I have the direction."),
    Topic.FIGURES: ("That gives me something to count with.", "Good, a figure helps here.", "With a number I can see the size."),
    Topic.WORK: ("I can follow how that runs.", "Now I see better how the work goes.", "That makes it easy to picture."),
    Topic.DECISIONS: ("I see what depends on it.", "That is good to know.", "I have that in mind."),
    Topic.DATA: ("That tells me where to look.", "Good, that helps with the data.", "I have added that to the picture of the systems."),
    Topic.LAW: ("That is an important condition.", "Good that this comes up early.", "I have noted that as a rule to keep."),
    Topic.PEOPLE: ("That tells me whom to keep in mind.", "Good to know who is in this.", "I have noted the people."),
    Topic.MONEY: ("That gives me a frame.", "Good, that sets the scale.", "That helps to judge what is worth doing."),
}
TOLD_BEFORE = (
    "Yes, you did say that, sorry.",
    "Right, I had that already, sorry.",
    "You are right, you told me.",
    "Sorry, I have that in my notes.",
    "True, my mistake.",
)
HARD = (
    "That sounds tiring.",
    "I can see why that is annoying.",
    "That must cost a lot of patience.",
    "That is no small burden.",
    "I understand that this wears people down.",
)
SERIOUS = ("That is serious.", "I see how grave that is.", "That weighs heavily, thank you for telling me.")
ECHO_FIGURE = (
    "{words}, noted.",
    "{words}: that gives me something to work with.",
    "{words}, good.",
    "So, {words_low}.",
    "{words}, I have that down.",
    "All right, {words_low}.",
    "{words}, thank you.",
    "{words}: that helps to size it.",
    "I have noted {words_low}.",
    "Thanks, {words_low} it is.",
)
ECHO = (
    "So {words}.",
    "I see: {words}.",
    "I have noted that {words}.",
    "Understood, {words}.",
    "Good to know that {words}.",
)
FOR_THOSE_WHO_KNOW = (
    "Good, I will note {name} for that.",
    "Thank you, then {name} is the one to ask.",
    "I have put {name} down for that question.",
    "Then that question goes to {name}.",
)
NOTHING_THERE = (
    "That is fine.",
    "All right, nothing there.",
    "Okay, on to something else.",
    "Good, then I ask about something else.",
    "Fair enough.",
    "Fine, I go on.",
)
MOVING_ON: dict[AnswerKind, tuple[str, ...]] = {
    AnswerKind.VAGUE: (
        "All right.",
        "That will do for now.",
        "Fine, let us go on.",
        "Okay, let us leave it there.",
        "I will take it as it is.",
        "Good, on to something else.",
    ),
    AnswerKind.DOES_NOT_KNOW: (
        "That is fine.",
        "No problem, not everybody can know that.",
        "Then I will find that out elsewhere.",
        "Not knowing is an answer, too.",
        "All right, I leave that open.",
        "Fair enough.",
        "Then it stays open for somebody else.",
        "No harm done, I will ask around.",
        "Understood, that one is not yours.",
        "Okay, I have marked it as open.",
    ),
    AnswerKind.REFERS: (
        "Good, then I do not ask you for that.",
        "All right, that question goes elsewhere.",
        "Fine, I will take that one there.",
        "Understood, somebody else has that.",
    ),
    AnswerKind.REJECTS_WORDING: (
        "You are right, that was badly put.",
        "Those were my words, not yours.",
        "I did not put that well.",
        "Fair point, my wording was off.",
    ),
    AnswerKind.LATER: (
        "Fine, that can wait.",
        "Good, I have marked that as open for later.",
        "No hurry with that.",
        "Then we leave that for later.",
        "All right, it stays on the list.",
        "Take your time with that one.",
        "That one keeps.",
    ),
    AnswerKind.DECLINES: (
        "Of course, we leave that out.",
        "That is all right, we skip it.",
        "I respect that.",
        "No need to go into it.",
        "Fine, I will not ask about that again.",
        "Understood, we move on.",
        "Then we go on with something else.",
    ),
}
YOU_SAID = (
    "You said “{words}”.",
    "“{words}”, you said.",
    "I would like to be precise about “{words}”.",
    "Let me stay with “{words}” for a moment.",
    "About “{words}”.",
)
FOLLOWING_UP = (
    "You said: “{words}”.",
    "I would like to stay with one thing: “{words}”.",
    "One sentence of yours stands out: “{words}”.",
    "“{words}”: let me ask about that before we go on.",
    "Before we go on, to “{words}”.",
)
YOU_MENTIONED = (
    "You mentioned “{words}”.",
    "“{words}” came up just now.",
    "I would like to take up “{words}”.",
    "You spoke of “{words}”.",
    "Let me follow up on “{words}”.",
    "“{words}” is worth a closer look.",
)
ABOUT_GOAL = (
    "The next question is about {goal}.",
    "This question is about {goal}.",
    "I would also like to ask about {goal}.",
    "One more aim of this project is {goal}, so here is a question on that.",
)
SOLUTION_NOTED = (
    "I have noted the wish for {solution}.",
    "You see {solution} as a way, and that is on record.",
    "Your preference for {solution} is in the notes.",
    "I have written down that you would like {solution}.",
)
TWO_THINGS = (
    "I have two things that I cannot fit together yet.",
    "Two statements in my notes do not meet yet.",
    "I may have misheard something.",
    "There are two pieces here that I have not managed to join.",
)
BOTH_OWN = (
    "You said “{one}” and also “{other}”.",
    "At one point it was “{one}”, at another “{other}”.",
    "I have “{one}” from you, and “{other}” as well.",
)
ONE_OWN = (
    "You said “{one}”, and others put it differently.",
    "I have “{one}” from you, while others put it another way.",
    "From you I have “{one}”, and I have also heard it otherwise.",
)
OTHERS_SAY = ("I have heard both “{one}” and “{other}”.", "Some say “{one}”, others “{other}”.", "My notes hold “{one}” next to “{other}”.")
FROM_ELSEWHERE = (
    "Something from elsewhere, which may or may not apply here: {line}",
    "Here is what others in such a situation have found: {line}",
    "Let me bring in something from outside: {line}",
)
AGAIN = ("In other words:", "Put another way:", "Let me try it like this:")

CLOSING: dict[Stop, tuple[str, ...]] = {
    Stop.STAKEHOLDER: ("Of course, we stop here.", "That is fine, let us end here."),
    Stop.BUDGET_SPENT: ("That was my last question.", "With that I am through with my questions."),
    Stop.NOTHING_LEFT: (
        "I have nothing left to ask you that could still change a decision.",
        "Nothing I could still ask would change a decision, so I will stop here.",
    ),
}
GOODBYE = ("Thank you, {name}, this was very helpful.", "Many thanks, {name}, for your time and your openness.")
GOODBYE_WITHOUT_NAME = ("Thank you, this was very helpful.", "Many thanks for your time and your openness.")
PLEASE_CHECK = (
    "Below is what I understood, line by line; please confirm, correct or strike each line, and say how well the whole describes your view.",
    "You now see what I understood; please go through it line by line, put right what is not, and rate how well it describes your view.",
)
STILL_TO_BE_ASKED = ("The questions you could not answer I will take to {names}.", "What stayed open goes to {names}.")
