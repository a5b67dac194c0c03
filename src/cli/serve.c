#include "cli/command.h"
#include "config/settings.h"
#include "serving/serving.h"

static int run_serve(int argc, char **argv)
{
	struct pq_error error;
	return pq_serving_run(argc, argv, &error) ? PQ_EXIT_OK : pq_command_fail("serve", &error);
}

const struct pq_command pq_command_serve = {
	.name = "serve",
	.summary = "Serve the admission webhook over HTTPS, and run reconcilers",
	.usage =
		(const char *const[]){
			"pratique serve --schemas DIR_OR_FILE... --certs DIR [OPTION]...", NULL },
	.description =
		"POST an AdmissionReview to /mutate for defaults as a JSON Patch, or to /validate\n"
		"for a verdict, and a ConversionReview to /convert. /livez, /readyz, /healthz and\n"
		"/metrics are on the health listener. With --kubeconfig, a second thread runs\n"
		"reconcilers.\n"
		"Schemas and certificates are reloaded when their files change, and with them the\n"
		"configuration on SIGHUP; what is bad leaves what served before.\n"
		"Every option can stand in the file of --config (healthListen: :8081) and in the\n"
		"environment (PRATIQUE_HEALTH_LISTEN=:8081); flags win, then the environment.\n"
		"\n"
		"Exit codes: 0 stopped by SIGTERM or SIGINT, 2 could not start.\n",
	.options = pq_settings_table,
	.examples =
		(const char *const[]){
			"pratique serve --schemas schemas --certs certs",
			"pratique serve --schemas crds --listen 127.0.0.1:0 --address-file "
			"addresses",
			"pratique serve --config pratique.yaml --kubeconfig ~/.kube/config", NULL },
	.run = run_serve,
};
