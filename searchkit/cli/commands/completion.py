"""``searchkit completion``: print the completion script of a shell."""

from __future__ import annotations

import argparse
from typing import Any

from searchkit.cli import streams
from searchkit.cli.command import Command
from searchkit.cli.commands import FOUND
from searchkit.cli.commands.complete_values import KINDS
from searchkit.cli.parser import whole_parser
from searchkit.errors import MissingDependency
from searchkit.messages import N_, _

_EXAMPLES = N_("""\
  searchkit completion bash > ~/.local/share/bash-completion/completions/searchkit
  searchkit completion zsh > ~/.zfunc/_searchkit
  searchkit completion fish > ~/.config/fish/completions/searchkit.fish
""")

_MORE = N_("""\
  Completes commands, options and, from the index, sources, tags, paths and
  titles. zsh looks into ~/.zfunc after these lines of ~/.zshrc:
    fpath=(~/.zfunc $fpath); autoload -U compinit; compinit
""")

_BASH = r"""
_searchkit_values() {  # kind, word
  local line="${COMP_LINE:0:COMP_POINT}" quote="" lead="" value
  local word="${line##*[[:space:]]}"
  # : = and @ divide words for bash, so $2 may be the last part of a longer word, of which only that is replaced
  if [[ ${#word} -gt ${#2} && "$word" == *"$2" ]]; then lead="${word%"$2"}"; else word="$2"; fi
  case "$word" in [\"\']*) quote="${word:0:1}" ;; esac
  while IFS= read -r value; do
    [[ "$value" == */ ]] && compopt -o nospace 2>/dev/null
    [[ "$value" == *: ]] && compopt -o nospace 2>/dev/null
    [[ -n "$lead" && "$value" == "$lead"* ]] && value="${value#"$lead"}"
    if [[ -n "$quote" ]]; then printf '%s\n' "$value"; else LC_ALL=C.UTF-8 printf '%q\n' "$value"; fi
  done < <(searchkit complete-values -- "$1" "$word" "${COMP_WORDS[@]}" 2>/dev/null)
}
"""

_ZSH = r"""
_searchkit_values() {  # options of compadd, kind
  local -a values ended open
  values=("${(@f)$(searchkit complete-values -- "$@[-1]" "${(Q)PREFIX}" "${words[@]}" 2>/dev/null)}")
  values=(${values:#})
  open=(${(M)values:#*[/:]})
  ended=(${values:#*[/:]})
  # values in another script than the word have no beginning in common with it: list them, and keep the word
  (( $#values > 1 && ${#${values:#${(b)${(Q)PREFIX}}*}} )) && compstate[insert]='' compstate[list]='list force'
  (( $#open )) && compadd "${@[1,-2]}" -U -S '' -a open
  (( $#ended )) && compadd "${@[1,-2]}" -U -a ended
  (( $#values ))
}
"""

_FISH = r"""
function _searchkit_values  # kind
  searchkit complete-values -- $argv[1] (commandline -ct) (commandline -opc) 2>/dev/null
end
"""


def run(arguments: argparse.Namespace) -> int:
    """Print the completion script of a shell: for commands, options, folders, and values of the index."""
    try:
        import shtab  # optional
    except ImportError:
        raise MissingDependency(_("shtab is not installed"), _("run: pip install shtab")) from None
    parser, commands = whole_parser()
    for command in commands.values():
        for action in command._actions:
            if action.dest in ("index", "corpus", "task", "folder"):
                setattr(action, "complete", shtab.DIRECTORY)  # noqa: B010 - an attribute of shtab's
            elif action.dest in KINDS:
                setattr(action, "complete", _from_index(action.dest))  # noqa: B010
    functions = "".join(f'_searchkit_{kind}() {{ _searchkit_values {kind} "$1"; }}\n' for kind in KINDS)
    preamble = {"bash": _BASH + functions, "zsh": _ZSH, "fish": _FISH}[arguments.shell]
    streams.write(shtab.complete(parser, arguments.shell, preamble=preamble))
    return FOUND


def _from_index(kind: str) -> dict[str, Any]:
    """How each shell asks for the values of a kind, as shtab takes it."""
    function = f"_searchkit_{kind}"
    return {"bash": function, "zsh": f"_searchkit_values {kind}", "fish": f"(_searchkit_values {kind})"}


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", choices=("bash", "zsh", "fish"), help=_("the shell"))


COMMAND = Command(run, _add_arguments, _EXAMPLES, more=_MORE)
