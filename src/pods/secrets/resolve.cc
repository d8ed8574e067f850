#include "pods/secrets/resolve.h"

#include <cctype>

#include "sandbox/base/text.h"

namespace sandbox::pods {
namespace {

constexpr std::string_view kFolder = "/etc/flyte/secrets";
constexpr std::string_view kEnvPrefix = "_FSEC_";

std::string Upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

std::unexpected<Error> Missing(const SecretRequest& request) {
  return Fail(Code::kNotFound, kMissingSecret,
              Cat("there is no secret with group ", request.group, " and key ", request.key,
                  "; store it with: sandbox secrets set ", request.group, " ", request.key));
}

void AddFile(const SecretRequest& request, std::string value, SecretValues& out) {
  std::string path = Cat(kFolder, "/", LowerCase(request.group), "/", LowerCase(request.key));
  out.env.emplace_back("FLYTE_SECRETS_DEFAULT_DIR", kFolder);
  out.env.emplace_back("FLYTE_SECRETS_FILE_PREFIX", "");
  if (!request.env_var.empty()) out.env.emplace_back(request.env_var, path);
  out.files.emplace_back(std::move(path), std::move(value));
}

void AddVariable(const SecretRequest& request, const std::string& value, SecretValues& out) {
  out.env.emplace_back("FLYTE_SECRETS_ENV_PREFIX", kEnvPrefix);
  out.env.emplace_back(Cat(kEnvPrefix, Upper(request.group), "_", Upper(request.key)), value);
  if (!request.env_var.empty()) out.env.emplace_back(request.env_var, value);
}

}  // namespace

Result<SecretValues> ResolveSecrets(SecretStore& store, const std::vector<SecretRequest>& requests) {
  SecretValues out;
  for (const SecretRequest& request : requests) {
    if (request.group.empty() || request.key.empty()) {
      return Fail(Code::kInvalidArgument, "BadTaskFormat",
                  Cat("k8s Secrets Webhook require both key and group to be set. Secret: [group:\"", request.group,
                      "\" key:\"", request.key, "\"]"));
    }
    auto value = store.Find({request.group, request.key});
    if (!value)
      return Fail(value.error().code, kMissingSecret,
                  Cat("the secret with group ", request.group, " and key ", request.key, ": ", value.error().message));
    if (!*value) return Missing(request);
    if (request.mount != SecretRequest::Mount::kEnvVar) {
      AddFile(request, std::move(**value), out);
    } else if ((*value)->find('\0') != std::string::npos) {
      return Fail(Code::kInvalidArgument, "BadTaskFormat",
                  Cat("the secret with group ", request.group, " and key ", request.key,
                      " has a zero byte, which no environment variable can hold; ask for it as a file"));
    } else {
      AddVariable(request, **value, out);
    }
  }
  return out;
}

}  // namespace sandbox::pods
