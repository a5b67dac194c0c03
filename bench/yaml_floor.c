/* libyaml's events of files, and nothing else: yaml_floor FILE... */
#include <stdbool.h>
#include <stdio.h>
#include <yaml.h>

static bool read_events(FILE *file)
{
	yaml_parser_t parser;
	bool is_over = false;
	if (!yaml_parser_initialize(&parser))
		return false;
	yaml_parser_set_input_file(&parser, file);
	while (!is_over) {
		yaml_event_t event;
		if (!yaml_parser_parse(&parser, &event))
			break;
		is_over = event.type == YAML_STREAM_END_EVENT;
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
	return is_over;
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		FILE *file = fopen(argv[i], "r");
		bool fine = file != NULL && read_events(file);
		if (file != NULL)
			fclose(file);
		if (!fine) {
			fprintf(stderr, "yaml_floor: cannot read %s\n", argv[i]);
			return 1;
		}
	}
	return 0;
}
