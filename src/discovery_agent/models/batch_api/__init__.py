"""Calls handed in to the model server many at a time, and answered within a day at half the price (the OpenAI Batch API).

requests.py     a call as a line of a file, and files within the limits of the server
notes.py        what is remembered of each batch on disk, so that a run that is cut off goes on from there
service.py      the server: files and batches, and what it says when it fails
results.py      what a line of a result file says of a request
handing_in.py   hands files in, waits for their batches, and keeps the replies
replies.py      the seam to the ordinary calls: collects what is asked, and gives what was answered
"""
