/* Commands that GitHub Actions takes from a step's output and shows as annotations. */
#include "report/format.h"

#include "json/shown.h"

/* Line ends are escaped as GitHub documents it, what else a terminal would obey as everywhere. A
 * property ends at a comma or a colon besides. */
static void write_escaped(struct pq_buffer *out, struct pq_string text, bool is_property)
{
	size_t start = 0;
	for (size_t at = 0; at < text.length; at++) {
		char byte = text.data[at];
		bool is_special = byte == '%' || byte == '\r' || byte == '\n' ||
				  (is_property && (byte == ':' || byte == ','));
		if (!is_special)
			continue;
		pq_shown_append(out, pq_string_slice(text, start, at - start));
		pq_buffer_append_format(out, "%%%02X", byte);
		start = at + 1;
	}
	pq_shown_append(out, pq_string_slice(text, start, text.length - start));
}

static void tell(struct pq_report *report, const struct pq_check_outcome *outcome)
{
	struct pq_buffer *out = &report->out;
	for (size_t i = 0; i < outcome->finding_count; i++) {
		const struct pq_check_finding *finding = &outcome->findings[i];
		pq_buffer_append_format(out, "::%s file=", report_severity_name(finding->severity));
		write_escaped(out, outcome->file, true);
		if (finding->line > 0)
			pq_buffer_append_format(out, ",line=%u,col=%u", finding->line,
						finding->column);
		pq_buffer_append_text(out, ",title=");
		write_escaped(out, pq_buffer_view(&report->title), true);
		pq_buffer_append_text(out, "::");
		if (finding->field.length > 0) {
			write_escaped(out, finding->field, false);
			pq_buffer_append_text(out, ": ");
		}
		write_escaped(out, finding->message, false);
		if (finding->schema.length > 0) {
			pq_buffer_append_text(out, " (AdmissionSchema ");
			write_escaped(out, finding->schema, false);
			pq_buffer_append_byte(out, ')');
		}
		pq_buffer_append_byte(out, '\n');
	}
}

const struct report_format report_github = { .tell = tell };
