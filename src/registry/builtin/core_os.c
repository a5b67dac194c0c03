/* What a pod may ask for of the operating system that it runs on. */
#include "registry/builtin/pod.h"

enum {
	GMSA_SPEC_MAX = 64 * 1024, /* bytes */
	WINDOWS_DOMAIN_MAX = 255,
	WINDOWS_USER_MAX = 104,
	NETBIOS_MAX = 15,
};

static bool has_any(struct pq_string text, const char *bytes)
{
	for (size_t i = 0; i < text.length; i++) {
		if (text.data[i] != '\0' && strchr(bytes, text.data[i]) != NULL)
			return true;
	}
	return false;
}

static bool has_only(struct pq_string text, const char *bytes)
{
	for (size_t i = 0; i < text.length; i++) {
		if (text.data[i] == '\0' || strchr(bytes, text.data[i]) == NULL)
			return false;
	}
	return text.length > 0;
}

static bool has_control(struct pq_string text)
{
	for (size_t i = 0; i < text.length; i++) {
		if ((unsigned char)text.data[i] < 0x20 || text.data[i] == 0x7f)
			return true;
	}
	return false;
}

/* validNetBiosRegex, validWindowsUserDomainDNSRegex; what is hard to tell passes: characters of
 * several bytes, long labels. */
static bool is_domain(const struct place *user, struct pq_string domain)
{
	const char *problems[PQ_NAME_PROBLEMS_MAX];
	if (domain.length > 0 && domain.length <= NETBIOS_MAX && domain.data[0] != '.' &&
	    !has_any(domain, "\\/:*?\"<>|"))
		return true;
	for (size_t i = 0; i < domain.length; i++) {
		if ((unsigned char)domain.data[i] >= 0x80)
			return true;
	}
	struct pq_string lower = pq_arena_copy_lower(user->findings->arena, domain);
	return domain.length > 253 || pq_names_check_dns1123_subdomain(lower, problems) == 0;
}

static void check_account(const struct place *user, struct pq_string name)
{
	if (name.length == 0)
		refuse_word(user, place_text(user), "runAsUserName's User cannot be empty");
	else if (name.length > WINDOWS_USER_MAX)
		refuse_word(user, place_text(user),
			    "runAsUserName's User length must not be longer than 104 characters");
	if (has_only(name, ". "))
		refuse_word(user, place_text(user),
			    "runAsUserName's User cannot contain only periods or spaces");
	if (has_any(name, "\"/\\:;|=,+*?<>@[]"))
		refuse_word(user, place_text(user),
			    "runAsUserName's User cannot contain the following characters: "
			    "\"/\\:;|=,+*?<>@[]");
}

/* "user" or "DOMAIN\\user" */
static void check_windows_user(const struct place *user)
{
	struct pq_string text = place_text(user);
	ptrdiff_t backslash = pq_string_find_byte(text, '\\');
	struct pq_string domain = pq_string_slice(text, 0, backslash < 0 ? 0 : (size_t)backslash);
	struct pq_string name =
		pq_string_slice(text, backslash < 0 ? 0 : (size_t)backslash + 1, text.length);
	if (text.length == 0) {
		refuse_word(user, text, "runAsUserName cannot be an empty string");
	} else if (has_control(text)) {
		refuse_word(user, text, "runAsUserName cannot contain control characters");
	} else if (pq_string_find_byte(name, '\\') >= 0) {
		refuse_word(user, text, "runAsUserName cannot contain more than one backslash");
	} else {
		if (domain.length > WINDOWS_DOMAIN_MAX)
			refuse_word(user, text,
				    "runAsUserName's Domain length must be under 256 characters");
		if (backslash >= 0 && !is_domain(user, domain))
			refuse_word(user, text,
				    "runAsUserName's Domain doesn't match the NetBios nor the DNS "
				    "format");
		check_account(user, name);
	}
}

/* validateWindowsSecurityContextOptions */
void pod_check_windows_options(const struct place *context)
{
	const struct place options = place_field(context, "windowsOptions");
	const struct place name = place_field(&options, "gmsaCredentialSpecName");
	const struct place spec = place_field(&options, "gmsaCredentialSpec");
	const struct place user = place_field(&options, "runAsUserName");
	const char *problems[PQ_NAME_PROBLEMS_MAX];
	if (place_is_set(&name)) {
		size_t count = pq_names_check_dns1123_subdomain(place_text(&name), problems);
		for (size_t i = 0; i < count; i++)
			refuse_word(&name, place_text(&name), "%s", problems[i]);
	}
	if (place_is_set(&spec) && place_text(&spec).length == 0)
		refuse_word(&spec, PQ_S(""), "gmsaCredentialSpec cannot be an empty string");
	if (place_text(&spec).length > GMSA_SPEC_MAX)
		refuse_word(&spec, place_text(&spec),
			    "gmsaCredentialSpec size must be under %d KiB", GMSA_SPEC_MAX / 1024);
	if (place_is_set(&user))
		check_windows_user(&user);
}

struct host_process {
	bool is_set;
	bool is_on;
};

static struct host_process host_process_of(const struct place *owner)
{
	const struct place context = place_field(owner, "securityContext");
	const struct place options = place_field(&context, "windowsOptions");
	const struct place flag = place_field(&options, "hostProcess");
	return (struct host_process){ .is_set = place_is_set(&flag), .is_on = place_flag(&flag) };
}

static void check_same_host_process(const struct pod *pod, const struct place *container)
{
	struct host_process wanted = host_process_of(pod->spec), own = host_process_of(container);
	const struct place context = place_field(container, "securityContext");
	const struct place options = place_field(&context, "windowsOptions");
	const struct place flag = place_field(&options, "hostProcess");
	if (wanted.is_set && own.is_set && wanted.is_on != own.is_on)
		refuse_shown(
			&flag, own.is_on ? PQ_S("true") : PQ_S("false"),
			"pod hostProcess value must be identical if both are specified, was %s",
			wanted.is_on ? "true" : "false");
}

/* How many containers there are, and how many of them are host processes. */
static size_t count_host_processes(const struct pod *pod, size_t *total)
{
	static const char *const lists[] = { "initContainers", "containers",
					     "ephemeralContainers" };
	struct host_process wanted = host_process_of(pod->spec);
	size_t count = 0;
	*total = 0;
	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
		const struct place list = place_field(pod->spec, lists[i]);
		for (size_t j = 0; j < place_count(&list); j++) {
			const struct place container = place_item(&list, j);
			struct host_process own = host_process_of(&container);
			count += own.is_set ? own.is_on : wanted.is_on;
			(*total)++;
		}
	}
	return count;
}

/* validateWindowsHostProcessPod; whether privileged containers are allowed is the cluster's choice.
 */
void pod_check_host_process(const struct pod *pod)
{
	const struct place network = place_field(pod->spec, "hostNetwork");
	size_t total, count = count_host_processes(pod, &total);
	pod_each_container(pod, check_same_host_process);
	if (count == 0)
		return;
	if (count != total)
		refuse_string(pod->spec, PQ_S(""),
			      "If pod contains any hostProcess containers then all containers must "
			      "be HostProcess containers");
	if (!place_flag(&network))
		refuse_shown(&network, PQ_S("false"),
			     "hostNetwork must be true if pod contains any hostProcess containers");
}

static void forbid_windows_options(const struct pod *pod, const struct place *container)
{
	const struct place context = place_field(container, "securityContext");
	const struct place options = place_field(&context, "windowsOptions");
	(void)pod;
	if (place_is_set(&options))
		refuse_forbidden(&options, "windows options cannot be set for a linux pod");
}

static void forbid_set(const struct place *owner, const char *const *fields)
{
	for (; *fields != NULL; fields++) {
		const struct place field = place_field(owner, *fields);
		if (place_is_set(&field))
			refuse_forbidden(&field, "cannot be set for a windows pod");
	}
}

static void forbid_linux_options(const struct pod *pod, const struct place *container)
{
	static const char *const fields[] = { "appArmorProfile",
					      "seLinuxOptions",
					      "seccompProfile",
					      "capabilities",
					      "readOnlyRootFilesystem",
					      "privileged",
					      "allowPrivilegeEscalation",
					      "procMount",
					      "runAsUser",
					      "runAsGroup",
					      NULL };
	const struct place context = place_field(container, "securityContext");
	(void)pod;
	forbid_set(&context, fields);
}

/* validateWindows */
static void check_windows_pod(const struct pod *pod)
{
	static const char *const fields[] = { "appArmorProfile",
					      "seLinuxOptions",
					      "seccompProfile",
					      "fsGroup",
					      "fsGroupChangePolicy",
					      "runAsUser",
					      "runAsGroup",
					      "supplementalGroups",
					      "supplementalGroupsPolicy",
					      "seLinuxChangePolicy",
					      NULL };
	static const char *const flags[] = { "hostPID", "hostIPC" };
	static const char *const pointers[] = { "hostUsers", "shareProcessNamespace", NULL };
	const struct place context = place_field(pod->spec, "securityContext");
	const struct place sysctls = place_field(&context, "sysctls");
	forbid_set(&context, fields);
	forbid_set(pod->spec, pointers);
	for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
		const struct place flag = place_field(pod->spec, flags[i]);
		if (place_flag(&flag))
			refuse_forbidden(&flag, "cannot be set for a windows pod");
	}
	if (place_count(&sysctls) > 0)
		refuse_forbidden(&sysctls, "cannot be set for a windows pod");
	pod_each_container(pod, forbid_linux_options);
}

/* validateOS, validateLinux */
void pod_check_os(const struct pod *pod)
{
	static const char *const systems[] = { "linux", "windows", NULL };
	const struct place os = place_field(pod->spec, "os");
	const struct place name = place_field(&os, "name");
	if (!place_is_set(&os) || !check_required(&name))
		return;
	if (place_is_text(&name, "linux")) {
		forbid_windows_options(pod, pod->spec);
		pod_each_container(pod, forbid_windows_options);
	} else if (place_is_text(&name, "windows")) {
		check_windows_pod(pod);
	} else {
		struct place told = os;
		told.value = name.value;
		refuse_unsupported(&told, systems);
	}
}
