#include "pods/secrets/resolve.h"

#include <catch2/catch.hpp>
#include <map>

using namespace sandbox;
using namespace sandbox::pods;

namespace {

class MapStore final : public SecretStore {
 public:
  Status Put(const SecretName& name, std::string_view value) override {
    values[name] = value;
    return {};
  }
  Status Delete(const SecretName&) override { return {}; }
  Result<std::vector<StoredSecret>> List() override { return std::vector<StoredSecret>(); }
  Result<std::optional<std::string>> Find(const SecretName& name) override {
    const auto found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional(found->second);
  }
  std::map<SecretName, std::string> values{{{"user-info", "User_Secret"}, "v$(HOME)"},
                                           {{"b", "zero"}, std::string("a\0b", 3)}};
};

using Pairs = std::vector<std::pair<std::string, std::string>>;

}  // namespace

TEST_CASE("Secrets by file and by variable have the contract's names", "[secrets]") {
  MapStore store;
  const auto file = ResolveSecrets(store, {{"user-info", "User_Secret", SecretRequest::Mount::kAny, "WHERE"}});
  REQUIRE(file);
  CHECK(file->files == Pairs{{"/etc/flyte/secrets/user-info/user_secret", "v$(HOME)"}});
  CHECK(file->env == Pairs{{"FLYTE_SECRETS_DEFAULT_DIR", "/etc/flyte/secrets"},
                           {"FLYTE_SECRETS_FILE_PREFIX", ""},
                           {"WHERE", "/etc/flyte/secrets/user-info/user_secret"}});
  const auto variable = ResolveSecrets(store, {{"user-info", "User_Secret", SecretRequest::Mount::kEnvVar, "MINE"}});
  REQUIRE(variable);
  CHECK(variable->files.empty());
  CHECK(variable->env == Pairs{{"FLYTE_SECRETS_ENV_PREFIX", "_FSEC_"},
                               {"_FSEC_USER-INFO_USER_SECRET", "v$(HOME)"},
                               {"MINE", "v$(HOME)"}});
  CHECK(ResolveSecrets(store, {{"b", "zero", SecretRequest::Mount::kFile, ""}})->files.front().second.size() == 3);
}

TEST_CASE("Secrets that cannot be had", "[secrets]") {
  MapStore store;
  const auto missing = ResolveSecrets(store, {{"user-info", "other", SecretRequest::Mount::kAny, ""}});
  CHECK(missing.error().reason == "MissingSecret");
  CHECK(missing.error().message.find("group user-info and key other") != std::string::npos);
  CHECK(ResolveSecrets(store, {{"USER-INFO", "User_Secret", SecretRequest::Mount::kAny, ""}}).error().reason ==
        "MissingSecret");
  CHECK(ResolveSecrets(store, {{"", "k", SecretRequest::Mount::kAny, ""}}).error().reason == "BadTaskFormat");
  const auto zero = ResolveSecrets(store, {{"b", "zero", SecretRequest::Mount::kEnvVar, ""}});
  CHECK(zero.error().reason == "BadTaskFormat");
  CHECK(zero.error().message.find('\0') == std::string::npos);
}
