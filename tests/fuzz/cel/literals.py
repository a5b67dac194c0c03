"""Texts of literals, and arguments that functions have a use for."""
LITERALS = {
    "int": ["0", "1", "2", "-1", "3", "10", "7", "100", "-5", "0x1f", "9223372036854775807", "-9223372036854775808", "2147483648"],
    "uint": ["0u", "1u", "3u", "0xffu", "18446744073709551615u", "7U"],
    "double": ["0.0", "1.0", "-0.5", "1.5", "2.0", "1e3", "1.7976931348623157e308", "5e-324", ".5", "-0.0", "1e-7", "123456789.125"],
    "string": ["''", "'a'", "'abc'", "\"b\"", "'äöü'", "'日本'", "'a,b,c'", "r'a\\d'", "'\\u00e9\\n'", "'''x'y'''", "'\\x41\\101'", "'A b C'",
               "' a '", "'\U0001f431'", "'100Mi'", "'1.2.3'", "'10.0.0.1'", "'true'", "'42'", "'-7.5'"],
    "bool": ["true", "false"],
    "bytes": ["b''", "b'abc'", "b'\\xff\\000'", "b'äö'", "rb'\\d'"],
    "timestamp": ["timestamp('2020-02-29T01:02:03Z')", "timestamp(0)", "timestamp('9999-12-31T23:59:59.999999999Z')", "timestamp('2009-02-13T23:31:30.5+01:00')"],
    "duration": ["duration('1h')", "duration('0s')", "duration('-1.5s')", "duration('100h3m2.001s')", "duration('1ns')"],
    "kubernetes.Quantity": ["quantity('1k')", "quantity('100Mi')", "quantity('-0.5')", "quantity('3')", "quantity('1e3')"],
    "net.IP": ["ip('10.0.0.1')", "ip('::1')", "ip('fe80::1')", "ip('224.0.0.1')", "ip('0.0.0.0')"],
    "net.CIDR": ["cidr('10.0.0.0/8')", "cidr('2001:db8::/32')", "cidr('192.168.1.7/24')"],
    "kubernetes.URL": ["url('https://u:p@a.b:80/c%20d?e=f&e=g#h')", "url('/a/b')", "url('http://[::1]:8080')"],
    "kubernetes.Semver": ["semver('1.2.3')", "semver('0.0.1-alpha.1+b')", "semver('v1.0', true)"],
    "kubernetes.NamedFormat": ["format.uuid()", "format.named('dns1123Label').value()", "format.date()"],
    "null": ["null"],
    "dyn": ["dyn(1)", "dyn('a')", "dyn([1])", "dyn({'a': 1})", "dyn(null)", "dyn(1.5)", "dyn(1u)", "dyn(b'a')", "dyn(true)"],
}
# Messages of protocol buffers that stand for a value of a kind: their fields, and of which kind those are.
MESSAGES = {
    "int": [("Int64Value", {"value": "int"}), ("Int32Value", {"value": "int"})],
    "uint": [("UInt64Value", {"value": "uint"}), ("UInt32Value", {"value": "uint"})],
    "double": [("DoubleValue", {"value": "double"}), ("FloatValue", {"value": "double"})],
    "string": [("StringValue", {"value": "string"})],
    "bool": [("BoolValue", {"value": "bool"})],
    "bytes": [("BytesValue", {"value": "bytes"})],
    "timestamp": [("Timestamp", {"seconds": "int", "nanos": "int"})],
    "duration": [("Duration", {"seconds": "int", "nanos": "int"})],
    "dyn": [("Value", {"number_value": "double"}), ("Value", {"string_value": "string"}), ("Value", {"bool_value": "bool"}),
            ("Value", {"null_value": "int"})],
}
TYPES = ["int", "uint", "double", "string", "bool", "bytes", "list", "map", "null_type", "type", "timestamp", "optional_type", "net.IP",
         "google.protobuf.Timestamp", "google.protobuf.Duration", "kubernetes.Quantity"]

REGEXES = ["a", "^a", "b$", "[a-z]+", "\\\\d+", "(a|b)*", "", "^[^ ]{1,3}$", "(?i)A", ".", "\\\\bx\\\\b", "\\\\p{L}"]
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "+05:30", "-08:00", "Asia/Kathmandu", "nowhere", "02:00", ""]
TIMES = ["2020-02-29T01:02:03Z", "1970-01-01T00:00:00Z", "2009-02-13T23:31:30.123456789-08:00", "2020-13-01T00:00:00Z", "x", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"]
DURATIONS = ["1h", "1h30m", "-5s", "1.5ms", "0", "1d", "", "2562047h47m16.854775807s", "9999999h", "1us"]
QUANTITIES = ["1", "100Mi", "1.5k", "-3", "1e3", "0.1", "1Ei", "x", "1 Mi", "12345678901234567890", "1.1m", "+2", "5n"]
ADDRESSES = ["10.0.0.1", "::1", "fe80::1%eth0", "::ffff:1.2.3.4", "1.2.3", "01.2.3.4", "2001:DB8::1", "", "255.255.255.255", "ff02::1"]
PREFIXES = ["10.0.0.0/8", "10.0.0.1/8", "::/0", "2001:db8::/33", "1.2.3.4/33", "10.0.0.0", "::ffff:1.2.3.4/96", "192.168.0.0/16"]
URLS = ["https://a.b/c", "http://user:pw@[::1]:80/p?q=r&q=s#t", "/a", "a b", "mailto:x", "http://%zz", "//h/x", "https://é.example/ü?ä=ö", ""]
VERSIONS = ["1.2.3", "1.0.0-alpha", "1.0.0+b", "v1.2.3", "1.2", "01.2.3", "1.2.3-01", "0.0.0", "x", "1.2.3-a.b.1+c.d"]
FORMATS = ["dns1123Label", "uuid", "uri", "date", "datetime", "byte", "qualifiedName", "labelValue", "nothing", "dns1035LabelPrefix"]
FORMAT_STRINGS = ["%s", "%s", "%s!", "%d", "%s and %s", "%.2f", "%e", "%x", "%X", "%b", "%o", "%%", "%s %d", "%.0f", "a", "%", "%q", "%5d", "%.s", "%s%s%s"]
NUMERALS = ["1", "-7", "1.5", "1e3", "true", "false", "t", "x", "", "9223372036854775808", "18446744073709551615", "NaN", "Infinity", "0x10", "0", "12", "-1", "42"]

# The texts that an argument of a function is mostly: {(function, place): texts}.
ARGUMENTS = {
    ("matches", 1): REGEXES, ("find", 1): REGEXES, ("findAll", 1): REGEXES,
    ("timestamp", 0): TIMES, ("duration", 0): DURATIONS,
    ("quantity", 0): QUANTITIES, ("isQuantity", 0): QUANTITIES,
    ("ip", 0): ADDRESSES, ("isIP", 0): ADDRESSES, ("ip.isCanonical", 0): ADDRESSES, ("containsIP", 1): ADDRESSES,
    ("cidr", 0): PREFIXES, ("isCIDR", 0): PREFIXES, ("containsCIDR", 1): PREFIXES,
    ("url", 0): URLS, ("isURL", 0): URLS,
    ("semver", 0): VERSIONS, ("isSemver", 0): VERSIONS,
    ("format.named", 0): FORMATS, ("format", 0): FORMAT_STRINGS,
    ("int", 0): NUMERALS, ("uint", 0): NUMERALS, ("double", 0): NUMERALS, ("bool", 0): NUMERALS,
    **{(f"get{part}", 1): ZONES for part in ("FullYear", "Month", "DayOfYear", "DayOfMonth", "Date", "DayOfWeek", "Hours", "Minutes",
                                             "Seconds", "Milliseconds")},
}
# Of ints that say how much is made.
SMALL = {("lists.range", 0): ["0", "1", "3", "10", "-1", "100"]}
