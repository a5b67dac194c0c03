"""Makes bodies that are no documents any more, or documents that no encoder would write."""
import re

from document import Pairs, replace, walk, write

NUMBERS = ["01", "-01", "+1", ".5", "1.", "1.e3", "1e", "1e+", "0x10", "-", "--1", "1_000", "NaN", "Infinity", "-Infinity",
           "1e999", "-1e999", "1e-999", "9" * 400, "0." + "1" * 400, "1E+2", "-0", "-0.0", "0e5", "1.0e0", "10e-1",
           "9223372036854775807", "9223372036854775808", "-9223372036854775809", "9007199254740993.0", "1.0000000000000000001"]
STRINGS = [b'"\\ud800"', b'"\\ud83d\\ude00"', b'"\\udc00\\ud800"', b'"\xff"', b'"\xc3\x28"', b'"\xed\xa0\x80"', b'"\xf4\x90\x80\x80"',
           b'"\\x41"', b'"\\u12"', b'"\\u00zz"', b'"a\nb"', b'"a\tb"', b'"\x00"', b'"\x7f"', b'"\\u0000"', b'"\\/"', b'"\\b\\f"',
           b"'a'", b'"unclosed', b'"\\"', b'"\xe2\x80\xa8"', b'"\xef\xbf\xbd"', b'"a"b"', b'"' + b"y" * 900 + b'"']
WORDS = [b"tru", b"True", b"nul", b"null", b"undefined", b"/*c*/1", b"", b"{", b"}", b"[", b"]", b",", b":", b"{,}", b"[1,]", b'{"a":1,}',
         b'{"a"}', b'{a:1}', b'{"a":1 "b":2}', b"[1 2]", b"{}{}", b"[]]", b"\xef\xbb\xbf1", b"\x0c1"]
WHOLE = [b"", b" ", b"null", b"[]", b"{}", b"1", b'"a"', b"true", b"{", b"apiVersion: v1\nkind: Thing\n", b"---\n{}", b"\x00", b"\xff",
         b"[" * 100, b'{"kind":"Thing"}', b'{"apiVersion":"v1","kind":"List","items":[]}']
KELVIN, LONG_S = "\u212a".encode(), "\u017f".encode()  # what folds to k and to s
VALUE = re.compile(rb'(?<=[:,\[])(?:-?[0-9][-+.eE0-9]*|"(?:[^"\\]|\\.)*"|true|false|null)(?=[,\]}])')
MEMBER = re.compile(rb'"(?:[^"\\]|\\.)*":(?:-?[0-9][-+.eE0-9]*|"(?:[^"\\]|\\.)*"|true|false|null)(?=[,}])')


class Bodies:
    def __init__(self, random):
        self.random = random

    def spoil(self, document):
        """The document itself, mostly; bytes otherwise."""
        if self.random.random() > 0.06:
            return document
        if self.random.random() < 0.3:
            document = self.repeat_container(document)
            if self.random.random() < 0.8:
                return document
        text = write(document).encode()
        for _ in range(self.random.choice([1, 1, 1, 2])):
            text = self.random.choice([self.put_value, self.put_value, self.put_value, self.repeat_member, self.repeat_member,
                                       self.put_byte, self.cut, self.space_out, self.escape, self.take_whole])(text)
        return text

    def put(self, text, pattern, make):
        places = list(pattern.finditer(text))
        if not places:
            return text
        place = self.random.choice(places)
        return text[:place.start()] + make(place[0]) + text[place.end():]

    def put_value(self, text):
        form = self.random.randrange(3)
        if form == 0:
            return self.put(text, VALUE, lambda _: self.random.choice(NUMBERS).encode())
        return self.put(text, VALUE, lambda _: self.random.choice(STRINGS if form == 1 else WORDS))

    def repeat_member(self, text):
        """The same name again, with the same value, another one, or the name written otherwise."""
        def again(member):
            name, _, value = member.partition(b":")
            other = self.random.choice([value, b"null", b'"other"', b"{}", b"7"])
            if len(name) > 2 and name[1:2].isalpha() and self.random.random() < 0.3:
                name = b'"\\u%04x' % name[1] + name[2:]
            elif self.random.random() < 0.3:
                name = self.random.choice([name.swapcase(), name.upper(), name.replace(b"k", KELVIN), name.replace(b"s", LONG_S)])
            return member + b"," + name + b":" + other
        return self.put(text, MEMBER, again)

    def repeat_container(self, document):
        """A name with an object or a list as its value, two or three times: all of it, its halves, or what it cannot be."""
        places = [(path, holder, name) for path, holder in walk(document) if isinstance(holder, dict)
                  for name, item in holder.items() if isinstance(item, (dict, list))]
        if not places:
            return document
        path, holder, chosen = self.random.choice(places)
        whole = holder[chosen]
        parts = list(self.halves(whole))
        parts += self.random.choice([[], [], [], [whole], [None], ["other"], list(self.halves(whole)), [[]], [{}]])
        if self.random.random() < 0.3:
            parts.reverse()
        pairs = [[name, item] for name, item in holder.items() if name != chosen] + [[chosen, part] for part in parts]
        return replace(document, path, Pairs(pairs))

    def halves(self, whole):
        """What together is the whole again, to Go's decoder, now and then at least."""
        first, second = {}, {}
        if isinstance(whole, list):
            pairs = [self.halves(item) if isinstance(item, (dict, list)) else (item, item) for item in whole]
            first, second = [list(items) for items in zip(*pairs)] if pairs else ([], [])
            return self.random.choice([(first, second), (whole, second), (first[:-1], whole), (whole, second[:-1]), (whole, whole)])
        for name, item in whole.items():
            form = self.random.randrange(4)
            parts = self.halves(item) if form == 0 and isinstance(item, (dict, list)) else (item, item)
            if form != 1:
                first[name] = parts[0]
            if form != 2:
                second[name] = parts[1]
        return first, second

    def put_byte(self, text):
        place = self.random.randrange(len(text) + 1)
        byte = bytes([self.random.choice([0, 9, 10, 13, 32, 34, 44, 58, 91, 92, 93, 123, 125, 127, 128, 0xC3, 0xED, 0xFF])])
        return text[:place] + byte + text[place + self.random.randint(0, 1):]

    def cut(self, text):
        place = self.random.randrange(len(text) + 1)
        return text[:place] if self.random.random() < 0.7 else text[place:]

    def space_out(self, text):
        """White space where it may stand, and after the end, with or without more."""
        text = re.sub(rb"(?<=[\]}])(?=[,\]}])", self.random.choice([b" ", b"\n\t", b"\r\n", b"\xc2\xa0", b"\x0b"]), text, count=2)
        return text + self.random.choice([b"", b"\n", b" \t\r\n", b"x", b"{}", b",", b"\x00"])

    def escape(self, text):
        """Other escapes for the same characters."""
        return self.put(text, VALUE, lambda value: re.sub(rb"[a-z]", lambda match: b"\\u%04X" % match[0][0], value, count=2)
                        if value.startswith(b'"') and b"\\" not in value else value)

    def take_whole(self, _text):
        return self.random.choice(WHOLE)
