"""How serious a case is, from named rules."""

from dialogs import guards, special
from dialogs.guide import Guide
from dialogs.view import CaseView


def judge(guide: Guide, view: CaseView) -> tuple[int, str]:
    """The level, 1 (routine) to 4 (act within minutes), and the id of the rule that explains it ("" where only the
    problem itself does)."""
    problem = guide.problems.get(view.problem)
    own = special.of(guide, view)
    level, reason = (problem.severity if problem else 1), ""
    if own and own.level:
        level = own.level if own.problem else max(level, own.level)
    for rule in guide.severity:
        says_more = rule.level > level or (rule.level == level and not reason)
        if says_more and guards.holds(rule.when, guide, view):
            level, reason = rule.level, rule.id
    return level, reason
