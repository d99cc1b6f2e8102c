"""Evidence of an engagement for agents on LangChain: an interview is kept in a database, released, and searched there."""

from discovery_agent import interview
from discovery_agent.library.langchain import EvidenceRetriever, OpenedEngagement, evidence_tools

DATA = "discovery-data"

with interview("Returns", person="Ingrid Halden", role="sponsor", data_dir=DATA) as talk:
    talk.answer("We want returns handled in four days instead of nine by the end of June, because customers leave us over it.")
    talk.stop()
    talk.confirm()
    talk.finish(rating=4, release=True)  # until it is released, nobody finds it

with OpenedEngagement("Returns", data_dir=DATA) as engagement:
    retriever = EvidenceRetriever(engagement=engagement, passages=False)
    for document in retriever.invoke("how long do returns take?"):
        print(document.page_content)
        print({name: document.metadata[name] for name in ("conversation", "speaker", "utterance_id", "start", "end", "grounding")})
    search, assess = evidence_tools(engagement)
    print(search.name, assess.name)
    print(search.invoke({"query": "customers leave"}))
