#include <charconv>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <utility>

#include "doctor/check.h"
#include "sandbox/base/error.h"

namespace sandbox::doctor {
namespace {

// "1.16.8": 1 and 16.
std::pair<int, int> Beginning(const std::string& version) {
  std::pair<int, int> out = {0, 0};
  const char* const end = version.data() + version.size();
  const char* at = std::from_chars(version.data(), end, out.first).ptr;
  if (at != end && *at == '.') std::from_chars(at + 1, end, out.second);
  return out;
}

// The oldest that the sandbox is made for; empty: any.
std::string LeastOf(const std::string& client) {
  // Before these flytekit asked other ports of a sandbox, and flytectl was another program.
  if (client == "flytekit") return "1.10";
  return client == "flytectl" ? "0.8" : "";
}

Check CheckClient(const ClientFound& client) {
  Check check{Cat("client.", client.name), Verdict::kOk, "client.none", "", "", false, {{"name", client.name}}};
  if (client.path.empty()) {
    check.text = Cat(client.name, " is not in PATH.");
    return check;
  }
  check.values.emplace_back("path", client.path);
  if (client.version.empty()) {
    check.code = "client.unknown";
    check.text = Cat(client.path, " does not say which ", client.name, " it is.");
    return check;
  }
  check.values.emplace_back("version", client.version);
  check.code = "client.ok";
  check.text = Cat(client.path, " is ", client.name, " ", client.version, ".");
  const std::string least = LeastOf(client.name);
  if (least.empty() || Beginning(client.version) >= Beginning(least)) return check;
  check.verdict = Verdict::kWarn;
  check.code = "client.old";
  check.values.emplace_back("least", least);
  check.text = Cat(client.path, " is ", client.name, " ", client.version, ", which is older than ", least, ".");
  if (client.name == "flytekit") return Command(std::move(check), "pip install --upgrade flytekit");
  return Command(std::move(check), "flytectl upgrade");
}

// The first of the variables that is set; each is known in two spellings.
std::pair<std::string, std::string> FirstSet(const std::function<const char*(const char*)>& variable,
                                             std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const char* value = variable(name);
    if (value != nullptr && *value != '\0') return {name, value};
  }
  return {};
}

}  // namespace

ProxyFound ReadProxy(const std::function<const char*(const char*)>& variable) {
  ProxyFound out;
  out.variable =
      FirstSet(variable, {"http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}).first;
  const std::string without = FirstSet(variable, {"no_proxy", "NO_PROXY"}).second;
  const std::string listed = Cat(",", without, ",");
  out.spares_machine = without == "*" || (listed.contains(",localhost,") && listed.contains(",127.0.0.1,"));
  return out;
}

Check CheckProxy(const ProxyFound& proxy) {
  Check check{"proxy", Verdict::kOk, "proxy.none", "No proxy stands between clients and this machine.", "", false, {}};
  if (proxy.variable.empty()) return check;
  check.values = {{"variable", proxy.variable}};
  check.code = "proxy.spares";
  check.text = Cat(proxy.variable, " names a proxy, and NO_PROXY spares this machine.");
  if (proxy.spares_machine) return check;
  check.verdict = Verdict::kWarn;
  check.code = "proxy.between";
  check.text =
      Cat(proxy.variable, " names a proxy, and NO_PROXY does not name localhost and 127.0.0.1: clients ask the ",
          "proxy for the sandbox.");
  return Command(std::move(check), "eval \"$(sandbox env)\"");
}

std::vector<Check> ExamineShell(const std::vector<ClientFound>& clients, const ProxyFound& proxy) {
  std::vector<Check> out = {CheckProxy(proxy)};
  for (const ClientFound& client : clients) out.push_back(CheckClient(client));
  return out;
}

}  // namespace sandbox::doctor
