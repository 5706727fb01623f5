"""The application: keys to questions, answers to the screen."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import ClassVar

from textual import on
from textual.app import App, ComposeResult, SuspendNotSupported
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.events import DescendantFocus, Resize
from textual.timer import Timer
from textual.widgets import Input

from searchkit.browse.answers import Answer, Question, answer
from searchkit.browse.bars import Bar, error_line, hint_line, status_lines
from searchkit.browse.box import SearchBox, on_one_line
from searchkit.browse.drawing import CHOSEN, Page, page_of, steady
from searchkit.browse.help import Help
from searchkit.browse.keys import LIST_HINTS, READER_HINTS, TYPING_HINTS, described, parts
from searchkit.browse.newest import Newest
from searchkit.browse.offers import MOST, Offers
from searchkit.browse.panes import Facets, Hits, Post
from searchkit.browse.state import View
from searchkit.errors import SearchkitError
from searchkit.index import Index
from searchkit.messages import N_, _
from searchkit.model import Reading, Results
from searchkit.opening.editors import editor_command
from searchkit.opening.lines import file_of, line_of_match
from searchkit.opening.programs import open_original
from searchkit.render.lines import Line
from searchkit.render.safe import visible_name

_BESIDE = 100
"""Columns from which on the post is beside the list."""

_WITH_FACETS = 120
"""Columns from which on the facets are there unasked."""

_LOOK_EVERY = 2.0
"""Seconds between looks at whether the index was rebuilt."""


class Browser(App[None]):
    """Search while typing.

    Args:
        index: open; it stays open.
        query: what stands in the box at first.
        past: queries that were asked before, to be offered again.
        keep: is called with each query that a post is read for.
    """

    ENABLE_COMMAND_PALETTE = False
    CSS = """
    Screen { background: ansi_default; color: ansi_default; }
    #box, #box:focus { height: 1; border: none; padding: 0; margin: 0; background: ansi_default; color: ansi_default; }
    #top { height: 1; layout: horizontal; }
    #prompt { width: 2; }
    #box { width: 1fr; }
    #status, #keys { height: 1; max-height: 4; }
    #panes { height: 1fr; layout: horizontal; }
    #hits, #post, #facets { overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1; scrollbar-gutter: stable;
        background: ansi_default; color: ansi_default; border: none; }
    #hits { width: 2fr; }
    #post { width: 3fr; border-left: solid ansi_blue; padding: 0 1; }
    #post:focus { border-left: solid ansi_bright_cyan; }
    #facets { width: 26; border-left: solid ansi_blue; display: none; }
    #facets:focus { border-left: solid ansi_bright_cyan; }
    .facets #facets { display: block; }
    .narrow #panes { layout: vertical; }
    .narrow #hits { width: 1fr; height: 1fr; }
    .narrow #post, .narrow #facets { width: 1fr; height: 1fr; border-left: none; border-top: solid ansi_blue; }
    .narrow #post { padding: 0; }
    .narrow #post:focus, .narrow #facets:focus { border-top: solid ansi_bright_cyan; }
    .narrow.facets #post { display: none; }
    .reading #top, .reading #hits, .reading #facets { display: none; }
    .reading #post, .reading #post:focus { display: block; border: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "box", N_("back to the search box")),
        Binding("enter", "read", N_("read the post on the whole screen")),
        Binding("n", "match(1)", N_("next match")),
        Binding("N", "match(-1)", N_("match before")),
        Binding("o", "original", N_("open the original: its page, else its file")),
        Binding("e", "edit", N_("edit the file at the line of the match")),
        Binding("y", "copy", N_("copy the path of the file")),
        Binding("s", "sort", N_("sort: best, newest, oldest first")),
        Binding("f", "facets", N_("narrow by source, year, tag")),
        Binding("x", "clear", N_("narrow by nothing any more")),
        Binding("question_mark,f1", "help", N_("all keys")),
        Binding("escape,q", "leave", N_("back, or leave")),
        Binding("ctrl+c", "quit", N_("leave"), priority=True),
    ]

    failure: Exception | None = None
    """What made the application end, if it was an error."""

    def __init__(
        self, index: Index, query: str = "", past: Sequence[str] = (), keep: Callable[[str], None] | None = None
    ) -> None:
        super().__init__(ansi_color=True)
        self.index = index
        self.view = View(on_one_line(query))
        self._shown: Answer | None = None
        self._failed = False
        self._reads_next = False
        self._wants_facets: bool | None = None
        self._search: Newest[Question, Answer] = Newest(lambda asked: answer(index, asked), self._show_answer)
        self._reader: Newest[tuple[str, str, int], Page] = Newest(self._page, self._show_page)
        self._offers = Offers()
        self._past, self._keep = past, keep
        self._offerer: Newest[str, Offers] = Newest(self._offers_for, self._show_offers)
        self._looker: Newest[object, object] = Newest(lambda _asked: index.version, self._show_version)
        self.box, self.hits, self.post, self.facets = SearchBox(), Hits(), Post(), Facets()
        self.status, self.keys = Bar("status"), Bar("keys")

    def compose(self) -> ComposeResult:
        prompt = Bar("prompt")
        prompt.lines = [[("> ", CHOSEN)]]
        with Container(id="top"):
            yield prompt
            yield self.box
        yield self.status
        with Container(id="panes"):
            yield self.hits
            yield self.post
            yield self.facets
        yield self.keys

    def on_mount(self) -> None:
        for newest in (self._search, self._reader, self._offerer, self._looker):
            self.run_worker(newest.run())
        self.box.value = self.view.query
        self.box.cursor_position = len(self.view.query)
        self.screen.set_focus(self.box)
        self._ask(self.view)
        self._timer: Timer = self.set_interval(_LOOK_EVERY, lambda: self._looker.ask(object()))

    # What was typed and chosen

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._offerer.ask(event.value)
        if event.value != self.view.query:
            self._ask(View(event.value, self.view.sources, self.view.years, self.view.tags, self.view.sort))

    def on_facets_toggled(self, event: Facets.Toggled) -> None:
        self._ask(self.view.toggled(event.row.facet, event.row.value))

    def action_sort(self) -> None:
        self._ask(self.view.next_order())

    def action_clear(self) -> None:
        self._ask(self.view.cleared())

    def _ask(self, view: View) -> None:
        self.view = view
        self._search.ask(Question(view))

    # Answers

    def _show_answer(self, found: Answer | SearchkitError) -> None:
        self._failed = isinstance(found, SearchkitError)
        if isinstance(found, SearchkitError):
            self._say([error_line(found)])
            return
        if found.question.offset:
            self.hits.add(found.results.hits, is_whole=found.is_last)
            return
        stay = self._shown is not None and self._shown.question.view == found.question.view
        self._shown = found
        self.hits.show(found.results.hits, is_whole=found.is_last, stay=stay)
        self.facets.show(found.question.view, found.counts)
        self._show_status()
        if self._reads_next:
            self.action_read()

    def on_hits_wanted(self) -> None:
        if self._search.is_idle and self._shown:
            self._search.ask(Question(self._shown.question.view, len(self.hits.hits)))

    @on(Hits.Chosen)
    @on(Post.Resized)
    def _show_post(self) -> None:
        hit = self.hits.hit
        if hit is None:
            self._reader.forget()
            self.post.show(None)
        else:
            self._reader.ask((hit.path, self._query, self.post.room))

    def _page(self, asked: tuple[str, str, int]) -> Page:
        path, query, width = asked
        return page_of(self.index.read(path, query), width)

    def _show_page(self, page: Page | SearchkitError) -> None:
        if isinstance(page, SearchkitError):
            self.post.show(None)
            self._say([error_line(page)])
        else:
            self.post.show(page)
            self._show_status()

    def _show_version(self, version: object) -> None:
        if isinstance(version, SearchkitError):
            self._failed = True
            self._say([error_line(version)])
        elif self._search.is_idle and (self._failed or (self._shown and version != self._shown.version)):
            self._search.ask(Question(self.view))

    @property
    def _results(self) -> Results | None:
        return self._shown.results if self._shown else None

    @property
    def _query(self) -> str:
        """The query of the hits that are shown."""
        return self._shown.question.view.query if self._shown else ""

    def _show_status(self) -> None:
        places = self.post.page.places if self.post.page else ()
        place = _("match {number} of {count}", number=self.post.match + 1, count=len(places)) if places else ""
        self._say(status_lines(self._shown.question.view if self._shown else self.view, self._results, place))

    def _say(self, lines: Sequence[Line]) -> None:
        self.status.show(lines)

    # The parts of the screen

    @property
    def is_reading(self) -> bool:
        """Whether a post has the whole screen."""
        return self.screen.has_class("reading")

    def on_resize(self, event: Resize) -> None:
        self._arrange(event.size.width)

    def _arrange(self, width: int) -> None:
        main = self.screen_stack[0]
        main.set_class(width < _BESIDE, "narrow")
        main.set_class(width >= _WITH_FACETS if self._wants_facets is None else self._wants_facets, "facets")

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        self._show_keys()

    def _show_keys(self) -> None:
        if self.box.has_focus and self._offers.queries and self._offers.typed == self.box.value:
            self.keys.show([self._offers.line()])
            return
        hints = READER_HINTS if self.is_reading else TYPING_HINTS if self.box.has_focus else LIST_HINTS
        self.keys.show([hint_line(hints)])

    def _offers_for(self, typed: str) -> Offers:
        found = self.index.suggest(typed, limit=MOST, past=self._past) if typed.strip() else ()
        return Offers.of(typed, [each.query for each in found])

    def _show_offers(self, found: Offers | SearchkitError) -> None:
        self._offers = Offers() if isinstance(found, SearchkitError) else found
        self._show_keys()

    def action_take(self) -> None:
        """Put the suggestion at hand into the box; within the text, the key only moves the cursor."""
        if self.box.cursor_position < len(self.box.value) or self._offers.typed != self.box.value:
            self.box.action_cursor_right()
        elif self._offers.queries:
            self.box.value = self._offers.queries[0]
            self.box.cursor_position = len(self.box.value)

    def action_next_offer(self) -> None:
        self._offers = self._offers.turned()
        self._show_keys()

    def action_box(self) -> None:
        self._leave_reader()
        self.screen.set_focus(self.box)

    def action_list(self) -> None:
        self.screen.set_focus(self.hits)

    def action_read(self) -> None:
        self._reads_next = not self._search.is_idle
        if self._reads_next or self.hits.hit is None:
            return
        if self._keep is not None:
            self._keep(self.view.query)
        self.screen.add_class("reading")
        self.screen.set_focus(self.post)
        self._show_keys()

    def action_match(self, by: int) -> None:
        self.post.step(by)
        self._show_status()

    def action_facets(self) -> None:
        if self.facets.has_focus or (self.facets.display and not self.screen.has_class("facets")):
            self._wants_facets = False
            self.screen.set_focus(self.hits)
        else:
            self._leave_reader()
            self._wants_facets = True
        self._arrange(self.size.width)
        if self._wants_facets:
            self.call_after_refresh(self.screen.set_focus, self.facets)

    def action_help(self) -> None:
        self.push_screen(Help([(name, described(bindings)) for name, bindings in parts(Browser.BINDINGS)]))

    def action_leave(self) -> None:
        if self.is_reading:
            self._leave_reader()
            self.screen.set_focus(self.hits)
        elif self.facets.has_focus:
            if self.size.width < _WITH_FACETS:
                self.action_facets()
            self.screen.set_focus(self.hits)
        else:
            self.exit()

    def _leave_reader(self) -> None:
        self.screen.remove_class("reading")

    # What is done with a post

    def action_copy(self) -> None:
        with self._errors_said():
            path = os.path.join(self.index.corpus, self._reading().document.path)
            self.copy_to_clipboard(path)
            self._say([hint_line([(_("copied"), steady(visible_name(path)))])])

    def action_original(self) -> None:
        with self._errors_said():
            document = self._reading().document
            with self._terminal_lent():
                opened = open_original(document, self.index.corpus)
            self._say([hint_line([(_("opened"), steady(visible_name(opened)))])])

    def action_edit(self) -> None:
        with self._errors_said():
            reading = self._reading()
            file = file_of(self.index.corpus, reading.document)
            command = editor_command(file, line_of_match(file, reading, self.post.match))
            with self._terminal_lent():
                try:
                    subprocess.call(command)
                except OSError as error:
                    raise SearchkitError(
                        _("cannot run {program}: {reason}", program=command[0], reason=error.strerror or error),
                        _("set EDITOR, for instance: export EDITOR=nano"),
                    ) from None

    def _reading(self) -> Reading:
        """The post under the cursor. Raises SearchkitError where there is none."""
        hit = self.hits.hit
        if hit is None:
            raise SearchkitError(_("there is no hit"))
        page = self.post.page
        if page is not None and page.reading.document.path == hit.path:
            return page.reading
        return self.index.read(hit.path, self._query)

    @contextmanager
    def _errors_said(self) -> Iterator[None]:
        try:
            yield
        except SearchkitError as error:
            self._say([error_line(error)])

    @contextmanager
    def _terminal_lent(self) -> Iterator[None]:
        """Other programs have the terminal; where there is none to lend, they do without."""
        with suppress(SuspendNotSupported), self.suspend():
            yield
            return
        yield

    # Textual's hook, so that an error is told in one line by who called, not with a traceback by Textual
    def _handle_exception(self, error: Exception) -> None:
        self.failure = self.failure or error
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        self._close_messages_no_wait()
