"""Here are queries and what people judged to answer them: how good is the search?"""

from searchkit.evaluation.runs import evaluate

__all__ = ["evaluate"]
