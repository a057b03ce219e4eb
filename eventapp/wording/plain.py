"""Parsed Markdown as plain text, as people write mails."""

from collections.abc import Sequence

from markdown_it.token import Token


def plain_of(tokens: Sequence[Token]) -> str:
    """Blocks with a blank line between them; items of a list stand close."""
    return _Writer().write(tokens)


class _Writer:
    def __init__(self) -> None:
        self._blocks: list[str] = []
        self._lists: list[int | None] = []  # the next number of each open list; None: dashes
        self._lead = ""  # what the next block begins with: a dash, a number
        self._quotes = 0

    def write(self, tokens: Sequence[Token]) -> str:
        for token in tokens:
            self._take(token)
        return "".join(self._blocks).strip("\n")

    def _take(self, token: Token) -> None:
        match token.type:
            case "bullet_list_open":
                self._lists.append(None)
            case "ordered_list_open":
                self._lists.append(int(token.attrs.get("start", 1)))
            case "bullet_list_close" | "ordered_list_close":
                self._lists.pop()
                if not self._lists:
                    self._blocks.append("\n")
            case "list_item_open":
                self._lead = self._next_lead()
            case "blockquote_open":
                self._quotes += 1
            case "blockquote_close":
                self._quotes -= 1
            case "hr":
                self._blocks.append("----\n\n")
            case "inline":
                self._block(_words(token.children or ()))

    def _next_lead(self) -> str:
        number = self._lists[-1]
        if number is None:
            return "- "
        self._lists[-1] = number + 1
        return f"{number}. "

    def _block(self, words: str) -> None:
        """One paragraph, indented as its list and quotation stand."""
        edge = "> " * self._quotes + "  " * max(0, len(self._lists) - 1)
        first = self._lead or ("  " if self._lists else "")
        self._lead = ""
        text = words.replace("\n", f"\n{edge}{' ' * len(first)}")
        self._blocks.append(f"{edge}{first}{text}" + ("\n" if self._lists else "\n\n"))


def _words(children: Sequence[Token]) -> str:
    """Text and line breaks; of a link its words and, where those are others, its address."""
    words, links = "", []
    for token in children:
        match token.type:
            case "text":
                words += token.content
            case "softbreak" | "hardbreak":
                words += "\n"
            case "link_open":
                links.append((str(token.attrs["href"]), len(words)))
            case "link_close":
                href, start = links.pop()
                shown = words[start:]
                if shown != href:
                    words += f": {href}" if shown else href
    return words
