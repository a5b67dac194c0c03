#include "kube/config.h"

#include "base/base64.h"
#include "base/file.h"
#include "yaml/read.h"

#include <stdlib.h>

static const char service_account_folder[] = "/var/run/secrets/kubernetes.io/serviceaccount";

/* What is needed while a file is read: where relative paths start, what errors name. */
struct loading {
	struct pq_kube_config *config;
	struct pq_string folder; /* with its slash, or empty */
	struct pq_error *error;
};

static bool fail(struct loading *loading, enum pq_error_code code, const char *text)
{
	return pq_error_set(loading->error, code, "%s", text);
}

static bool fail_memory(struct loading *loading)
{
	return fail(loading, PQ_ERROR_MEMORY, "no memory for a kubeconfig");
}

static bool read_file(struct loading *loading, const char *path, struct pq_string *contents)
{
	struct pq_buffer buffer;
	pq_buffer_init_in(&buffer, &loading->config->arena, PQ_KUBECONFIG_BYTES_MAX);
	if (!pq_file_read(path, &buffer, loading->error))
		return false;
	*contents = pq_buffer_view(&buffer);
	return true;
}

/* A path as the file has it, from the folder the file is in. */
static const char *resolve(struct loading *loading, struct pq_string path)
{
	struct pq_string folder = loading->folder;
	if (path.length > 0 && path.data[0] == '/')
		folder = PQ_S("");
	return pq_arena_format(&loading->config->arena, "%.*s%.*s", PQ_STRING_ARGUMENT(folder),
			       PQ_STRING_ARGUMENT(path))
		.data;
}

/* PEM from key-data (base64) or from the file that key names; left alone when neither is there. */
static bool read_material(struct loading *loading, const struct pq_value *map, const char *key,
			  struct pq_string *pem)
{
	struct pq_arena *arena = &loading->config->arena;
	struct pq_string data_key = pq_arena_format(arena, "%s-data", key);
	if (data_key.data == NULL)
		return fail_memory(loading);
	struct pq_string data = pq_value_find_string(map, data_key);
	struct pq_string path = pq_value_find_string(map, pq_string_from(key));
	if (data.length > 0) {
		struct pq_string decoded = pq_base64_decode(arena, data);
		if (decoded.data == NULL)
			return pq_error_set(loading->error, PQ_ERROR_USAGE, "%s-data is not base64",
					    key);
		*pem = decoded;
		return true;
	}
	if (path.length == 0)
		return true;
	const char *resolved = resolve(loading, path);
	return resolved == NULL ? fail_memory(loading) : read_file(loading, resolved, pem);
}

/* The member named like that of a kubeconfig's lists: [{name: N, <kind>: {…}}]. */
static const struct pq_value *find_named(const struct pq_value *root, const char *list,
					 const char *kind, struct pq_string name)
{
	const struct pq_value *items = pq_value_find(root, pq_string_from(list));
	if (items == NULL || items->kind != PQ_ARRAY)
		return NULL;
	for (uint32_t i = 0; i < items->length; i++) {
		if (pq_string_equal(pq_value_find_string(&items->items[i], PQ_S("name")), name))
			return pq_value_find(&items->items[i], pq_string_from(kind));
	}
	return NULL;
}

static bool get_named(struct loading *loading, const struct pq_value *root, const char *list,
		      const char *kind, struct pq_string name, const struct pq_value **found)
{
	*found = find_named(root, list, kind, name);
	if (*found == NULL)
		return pq_error_set(loading->error, PQ_ERROR_USAGE, "there is no %s \"%.*s\" in %s",
				    kind, PQ_STRING_ARGUMENT(name), list);
	return true;
}

static bool is_true(const struct pq_value *map, struct pq_string key)
{
	const struct pq_value *value = pq_value_find(map, key);
	return pq_value_is_true(value);
}

/* Sets the server's URL so that certificates are checked against another name, as
 * tls-server-name wants it: the URL has that name, and connections go where server said. */
static bool use_server_name(struct loading *loading, struct pq_string server,
			    struct pq_string server_name)
{
	struct pq_arena *arena = &loading->config->arena;
	struct pq_string rest = pq_string_slice(server, strlen("https://"), SIZE_MAX);
	size_t authority_length = 0;
	while (authority_length < rest.length && rest.data[authority_length] != '/')
		authority_length++;
	struct pq_string authority = pq_string_slice(rest, 0, authority_length);
	struct pq_string prefix = pq_string_slice(rest, authority_length, SIZE_MAX);
	size_t host_length = authority.length;
	while (host_length > 0 && authority.data[host_length - 1] != ':' &&
	       authority.data[host_length - 1] != ']')
		host_length--;
	bool has_port = host_length > 0 && authority.data[host_length - 1] == ':';
	struct pq_string host =
		has_port ? pq_string_slice(authority, 0, host_length - 1) : authority;
	struct pq_string port =
		has_port ? pq_string_slice(authority, host_length, SIZE_MAX) : PQ_S("443");
	loading->config->server =
		pq_arena_format(arena, "https://%.*s:%.*s%.*s", PQ_STRING_ARGUMENT(server_name),
				PQ_STRING_ARGUMENT(port), PQ_STRING_ARGUMENT(prefix))
			.data;
	loading->config->connect_to =
		pq_arena_format(arena, "%.*s:%.*s:%.*s:%.*s", PQ_STRING_ARGUMENT(server_name),
				PQ_STRING_ARGUMENT(port), PQ_STRING_ARGUMENT(host),
				PQ_STRING_ARGUMENT(port))
			.data;
	return (loading->config->server != NULL && loading->config->connect_to != NULL) ||
	       fail_memory(loading);
}

static bool read_server(struct loading *loading, const struct pq_value *cluster)
{
	struct pq_string server = pq_value_find_string(cluster, PQ_S("server"));
	struct pq_string server_name = pq_value_find_string(cluster, PQ_S("tls-server-name"));
	bool is_https = pq_string_starts_with(server, PQ_S("https://"));
	if (!is_https && !pq_string_starts_with(server, PQ_S("http://")))
		return pq_error_set(loading->error, PQ_ERROR_USAGE,
				    "server \"%.*s\" is no https:// or http:// URL",
				    PQ_STRING_ARGUMENT(server));
	while (pq_string_ends_with(server, PQ_S("/")))
		server.length--;
	if (is_https && server_name.length > 0)
		return use_server_name(loading, server, server_name);
	loading->config->server = pq_arena_copy(&loading->config->arena, server).data;
	return loading->config->server != NULL || fail_memory(loading);
}

static bool read_cluster(struct loading *loading, const struct pq_value *cluster)
{
	struct pq_kube_config *config = loading->config;
	if (!read_server(loading, cluster) ||
	    !read_material(loading, cluster, "certificate-authority", &config->tls.ca))
		return false;
	config->tls.insecure = is_true(cluster, PQ_S("insecure-skip-tls-verify"));
	if (config->tls.insecure && config->tls.ca.length > 0)
		return fail(loading, PQ_ERROR_USAGE,
			    "insecure-skip-tls-verify and certificate-authority exclude each "
			    "other: take one out");
	struct pq_string proxy = pq_value_find_string(cluster, PQ_S("proxy-url"));
	if (proxy.length > 0)
		config->proxy = pq_arena_copy(&config->arena, proxy).data;
	return proxy.length == 0 || config->proxy != NULL || fail_memory(loading);
}

static bool set_token(struct pq_kube_config *config, struct pq_string token)
{
	token = pq_string_trim(token);
	if (token.length == 0)
		return false;
	struct pq_buffer header;
	pq_buffer_init(&header, PQ_KUBECONFIG_BYTES_MAX);
	pq_buffer_append_text(&header, "Authorization: Bearer ");
	pq_buffer_append_string(&header, token);
	pq_buffer_append_byte(&header, '\0');
	if (pq_buffer_failed(&header)) {
		pq_buffer_done(&header);
		return false;
	}
	pq_buffer_done(&config->authorization);
	config->authorization = header;
	return true;
}

static bool read_token(struct loading *loading, const struct pq_value *user)
{
	struct pq_kube_config *config = loading->config;
	struct pq_string token = pq_value_find_string(user, PQ_S("token"));
	struct pq_string path = pq_value_find_string(user, PQ_S("tokenFile"));
	if (path.length > 0) {
		/* As in client-go, the file wins and is read again while we run. */
		config->token_file = resolve(loading, path);
		if (config->token_file == NULL)
			return fail_memory(loading);
		if (!read_file(loading, config->token_file, &token))
			return false;
	}
	return token.length == 0 || set_token(config, token) ||
	       fail(loading, PQ_ERROR_USAGE, "the token is empty");
}

static bool read_user(struct loading *loading, const struct pq_value *user)
{
	static const char *const refused[] = { "exec", "auth-provider", "username", "as" };
	struct pq_kube_config *config = loading->config;
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
		if (pq_value_find(user, pq_string_from(refused[i])) != NULL)
			return pq_error_set(loading->error, PQ_ERROR_UNSUPPORTED,
					    "\"%s\" of a user is not supported: use a client "
					    "certificate, token or tokenFile",
					    refused[i]);
	}
	if (!read_material(loading, user, "client-certificate", &config->tls.certificate) ||
	    !read_material(loading, user, "client-key", &config->tls.key))
		return false;
	if ((config->tls.certificate.length > 0) != (config->tls.key.length > 0))
		return fail(loading, PQ_ERROR_USAGE,
			    "client-certificate and client-key belong together: one is missing");
	return read_token(loading, user);
}

static bool read_context(struct loading *loading, const struct pq_value *root)
{
	struct pq_string current = pq_value_find_string(root, PQ_S("current-context"));
	if (current.length == 0)
		return fail(loading, PQ_ERROR_USAGE,
			    "no current-context: choose one with kubectl config use-context");
	const struct pq_value *context, *cluster, *user;
	if (!get_named(loading, root, "contexts", "context", current, &context) ||
	    !get_named(loading, root, "clusters", "cluster",
		       pq_value_find_string(context, PQ_S("cluster")), &cluster) ||
	    !read_cluster(loading, cluster))
		return false;
	struct pq_string namespace = pq_value_find_string(context, PQ_S("namespace"));
	loading->config->namespace = pq_arena_copy(
		&loading->config->arena, namespace.length > 0 ? namespace : PQ_S("default"));
	if (loading->config->namespace.data == NULL)
		return fail_memory(loading);
	struct pq_string user_name = pq_value_find_string(context, PQ_S("user"));
	if (user_name.length == 0)
		return true;
	return get_named(loading, root, "users", "user", user_name, &user) &&
	       read_user(loading, user);
}

static bool load_file(struct loading *loading, const char *path)
{
	const char *slash = strrchr(path, '/');
	if (slash != NULL)
		loading->folder =
			(struct pq_string){ .data = path, .length = (size_t)(slash - path) + 1 };
	struct pq_string text;
	if (!read_file(loading, path, &text))
		return false;
	struct pq_yaml_options options = { .conversion = PQ_YAML_TO_JSON };
	struct pq_value root;
	if (!pq_yaml_read(&loading->config->arena, text, &options, &root, loading->error) ||
	    !read_context(loading, &root)) {
		pq_error_add_path(loading->error, pq_string_from(path));
		return false;
	}
	return true;
}

static void start_empty(struct pq_kube_config *config)
{
	*config = (struct pq_kube_config){ .server = NULL };
	pq_arena_init(&config->arena, (size_t)8 * PQ_KUBECONFIG_BYTES_MAX);
	pq_buffer_init(&config->authorization, 0);
}

bool pq_kube_config_load_service_account(struct pq_kube_config *config, const char *folder,
					 const char *host, const char *port, struct pq_error *error)
{
	struct pq_kube_config loaded;
	start_empty(&loaded);
	struct loading loading = { .config = &loaded, .error = error };
	struct pq_arena *arena = &loaded.arena;
	/* An IPv6 address needs brackets in a URL. */
	bool is_ipv6 = strchr(host, ':') != NULL;
	struct pq_string token;
	const char *ca_path = pq_arena_format(arena, "%s/ca.crt", folder).data;
	const char *namespace_path = pq_arena_format(arena, "%s/namespace", folder).data;
	loaded.token_file = pq_arena_format(arena, "%s/token", folder).data;
	loaded.server = pq_arena_format(arena, "https://%s%s%s:%s", is_ipv6 ? "[" : "", host,
					is_ipv6 ? "]" : "", port)
				.data;
	bool ok = (loaded.server != NULL && ca_path != NULL && namespace_path != NULL) ||
		  fail_memory(&loading);
	ok = ok && read_file(&loading, loaded.token_file, &token) &&
	     (set_token(&loaded, token) || fail(&loading, PQ_ERROR_USAGE, "the token is empty")) &&
	     read_file(&loading, ca_path, &loaded.tls.ca) &&
	     read_file(&loading, namespace_path, &loaded.namespace);
	if (!ok) {
		pq_kube_config_done(&loaded);
		return false;
	}
	loaded.namespace = pq_string_trim(loaded.namespace);
	*config = loaded;
	return true;
}

bool pq_kube_config_load(struct pq_kube_config *config, const char *path, struct pq_error *error)
{
	if (path == NULL || strcmp(path, PQ_KUBE_CONFIG_IN_CLUSTER) == 0) {
		const char *host = getenv("KUBERNETES_SERVICE_HOST");
		const char *port = getenv("KUBERNETES_SERVICE_PORT");
		if (host == NULL || port == NULL)
			return pq_error_set(error, PQ_ERROR_USAGE,
					    "not in a Pod (KUBERNETES_SERVICE_HOST is not set): "
					    "name a kubeconfig");
		return pq_kube_config_load_service_account(config, service_account_folder, host,
							   port, error);
	}
	struct pq_kube_config loaded;
	start_empty(&loaded);
	struct loading loading = { .config = &loaded, .error = error };
	if (!load_file(&loading, path)) {
		pq_kube_config_done(&loaded);
		return false;
	}
	*config = loaded;
	return true;
}

void pq_kube_config_done(struct pq_kube_config *config)
{
	pq_buffer_done(&config->authorization);
	pq_arena_done(&config->arena);
}

static void read_token_again(struct pq_kube_config *config)
{
	pq_cleanup_buffer struct pq_buffer contents;
	pq_buffer_init(&contents, PQ_KUBECONFIG_BYTES_MAX);
	struct pq_error ignored;
	if (pq_file_read(config->token_file, &contents, &ignored))
		set_token(config, pq_buffer_view(&contents));
}

const char *pq_kube_config_authorization(struct pq_kube_config *config,
					 const struct pq_clock *clock)
{
	int64_t now = pq_clock_monotonic(clock);
	if (config->token_file != NULL && now - config->token_read >= PQ_MINUTE) {
		/* The first time it has just been loaded. */
		if (config->token_read != 0)
			read_token_again(config);
		config->token_read = now;
	}
	return config->authorization.length > 0 ? config->authorization.data : NULL;
}
