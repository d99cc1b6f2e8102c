"""Commands of `discovery-agent eval`: is this prompt better, by how much, how sure are we, and at what cost?"""
