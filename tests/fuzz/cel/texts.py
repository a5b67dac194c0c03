"""Texts that functions parse, a little misspelt."""
import re

TEXTS = {
    "timestamp": ["2020-01-01T00:00:00Z", "2020-02-29T23:59:59.999999999+23:59", "0001-01-01T00:00:00Z", "9999-12-31T23:59:60Z",
                  "2020-13-01T00:00:00Z", "2020-01-01t00:00:00z", "2020-01-01T24:00:00Z", "2020-01-01T00:00:00,5Z", "-12345"],
    "duration": ["1h2m3.5s", "-1.5h", "1ns", "9223372036854775807ns", "9223372036.854775807s", "-9223372036854775808ns", "1µs", ".5s", "1.s",
                 "0", "+5m", "1d", "100000000000000000000h", "1h-1m", "2562047h47m16.854775807s"],
    "int": ["1", "-1", "+1", "0x10", "9223372036854775807", "-9223372036854775808", "9223372036854775808", "1_0", " 1", "1e3", "١"],
    "uint": ["1", "-1", "18446744073709551615", "18446744073709551616", "1_0", "+1", "0b1"],
    "double": ["1", "1e400", "-0", "NaN", "nan", "Inf", "-infinity", "0x1p-2", "1_0.5", ".5", "5.", "1e-400", "4.9e-324", "1.7976931348623159e308"],
    "bool": ["true", "T", "TRUE", "1", "0", "f", "False", "tRue", "yes"],
    "quantity": ["1", "1.5Gi", "100m", "1e3", "1E3", "-1", ".5", "1.", "0.0001n", "12345678901234567890", "1Ki", "1ki", "1e-10", "+1", "0x1",
                 "1 ", "1E", "1e", "1.5e3m", "9223372036854775807", "9223372036854775808Ei", "1n", "0.5Ki", "0.3"],
    "ip": ["1.2.3.4", "::1", "fe80::1%eth0", "::ffff:1.2.3.4", "01.2.3.4", "1.2.3", "1.2.3.256", "2001:DB8::1", "::", "1::2::3",
           "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:1.2.3.4", "::1.2.3.4"],
    "cidr": ["1.2.3.0/24", "::/0", "1.2.3.4/33", "1.2.3.4/24", "::ffff:1.2.3.4/96", "1.2.3.0/024", "fe80::%1/64", "1.2.3.0/", "2001:db8::/32"],
    "url": ["https://a.b/c", "http://u:p@h:80/p?q=1&q=2#f", "//h", "a/b", "http://[::1]:8080/", "http://[fe80::1%25en0]/", "http://h:port/",
            "mailto:x", "http://a b/", "/a%zz", "http://h/%41", "?q", "http://h?a=%zz", "HTTP://H"],
    "semver": ["1.2.3", "v1.2.3", "1.2", "01.2.3", "1.2.3-alpha.1+b.2", "1.2.3-01", "1", "1.2.3-", "1.2.3+", "18446744073709551616.0.0", "1.2.3-α"],
}
CALLS = {
    "timestamp": ["timestamp({})", "string(timestamp({}))", "timestamp({}).getSeconds()", "timestamp({}).getDayOfWeek('Europe/Berlin')"],
    "duration": ["duration({})", "string(duration({}))", "duration({}).getMilliseconds()"],
    "int": ["int({})"],
    "uint": ["uint({})"],
    "double": ["double({})", "string(double({}))"],
    "bool": ["bool({})"],
    "quantity": ["quantity({})", "isQuantity({})", "quantity({}).asInteger()", "quantity({}).asApproximateFloat()", "quantity({}).isInteger()",
                 "quantity({}).add(quantity('1.5')).asApproximateFloat()", "quantity({}).compareTo(quantity('1500m'))",
                 "sign(quantity({}).sub(3))"],
    "ip": ["ip({})", "isIP({})", "ip.isCanonical({})", "string(ip({}))", "ip({}).family()", "ip({}).isLoopback()", "ip({}).isGlobalUnicast()",
           "ip({}).isLinkLocalMulticast()", "ip({}).isUnspecified()", "ip({}).isLinkLocalUnicast()"],
    "cidr": ["cidr({})", "isCIDR({})", "string(cidr({}))", "cidr({}).prefixLength()", "string(cidr({}).masked())", "string(cidr({}).ip())",
             "cidr({}).containsIP('1.2.3.4')", "cidr('::/0').containsCIDR({})"],
    "url": ["url({}).getHost()", "isURL({})", "url({}).getHostname()", "url({}).getPort()", "url({}).getEscapedPath()", "url({}).getQuery()",
            "url({}).getScheme()"],
    "semver": ["semver({})", "isSemver({})", "semver({}, true).major()", "isSemver({}, true)", "semver({}).compareTo(semver('1.2.3'))",
               "semver({}).patch()", "semver({}, true).isLessThan(semver('1.3.0'))"],
}
CHARACTERS = "0123456789.:/-+eEnumkKMGTPi%[]@?#&= _TZtzhsµvαx\\\0\n\u00a0é"
COUNT = 6000
LENGTH_MAX = 80
# The API server, too, counts to numbers of so many digits one by one.
ENDLESS = re.compile(r"[eE][+-]?\d{4,}")


def misspell(random, text):
    for _ in range(random.choice([0, 1, 1, 1, 2, 2, 3])):
        at, to = sorted(random.choices(range(len(text) + 1), k=2))
        kind = random.randrange(4)
        if kind == 0:
            text = text[:at] + random.choice(CHARACTERS) + text[at:]
        elif kind == 1:
            text = text[:at] + text[at + 1:]
        elif kind == 2:
            text = text[:at] + random.choice(CHARACTERS) + text[at + 1:]
        else:
            text = text[:at] + text[at:to] + text[at:]
    return text[:LENGTH_MAX]


def calls(random):
    """Expressions about self.a, each with what that is; mostly what the function is for."""
    for _ in range(COUNT):
        kind = random.choice(list(CALLS))
        text = misspell(random, random.choice(TEXTS[kind if random.random() < 0.93 else random.choice(list(TEXTS))]))
        if not ENDLESS.search(text):
            yield random.choice(CALLS[kind]).replace("{}", "self.a"), text
