"""Here is a post: where is its original, and which program opens it?"""
