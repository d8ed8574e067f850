#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/client_config.h"
#include "cli/verbs/all.h"

namespace sandbox::cli {
namespace {

using nlohmann::json;

std::string Share(const json& of, double unit, const char* name) {
  char text[80];
  const bool known = of.contains("total") && of["total"].is_number();
  const double used = of.value("used", 0.0) / unit, total = known ? of["total"].get<double>() / unit : 0;
  if (!known) {
    std::snprintf(text, sizeof text, "%.1f of ?%s", used, name);
  } else if (total == 0) {
    std::snprintf(text, sizeof text, "%.1f%s used, no limit", used, name);
  } else {
    std::snprintf(text, sizeof text, "%.1f of %.1f%s", used, total, name);
  }
  return text;
}

// The engine, and why that one.
std::string EngineText(const json& status) {
  const std::string address = status["addresses"].value("docker", ""), note = status.value("docker_note", "");
  if (!note.empty()) return Cat(address, " did not answer at start: ", note);
  const std::string source = status.value("docker_source", "");
  const std::string why = source == "well-known" ? "the first usual socket that answers"
                          : source == "setting"  ? "docker_host"
                                                 : source;
  return Cat(address, "  (", why, "; others: sandbox doctor)");
}

// Images that the newest versions of tasks name and the engine has not; null when it does not say so soon.
json MissingImages(Client& client) {
  const auto answer = client.ImagesSoon();
  if (!answer || !answer->value("engine_answers", false)) return nullptr;
  json out = json::array();
  for (const json& row : (*answer)["images"]) {
    if (row.value("state", "") == "missing" && row.value("newest", false))
      out.push_back({{"reference", row["reference"]}, {"command", row["command"]}});
  }
  return out;
}

void PrintStatus(const Context& context, const json& status) {
  const int64_t up = status.value("uptime_s", int64_t{0});
  std::printf("sandbox %s (Flyte %s) is running (process %lld, up %lldh%02lldm)\n\n",
              status.value("version", "").c_str(), status.value("flyte", "").c_str(),
              static_cast<long long>(status.value("pid", int64_t{0})), static_cast<long long>(up / 3600),
              static_cast<long long>(up / 60 % 60));
  const json& addresses = status.at("addresses");
  const json& resources = status.at("resources");
  const json& pods = resources.at("pods");
  const auto line = [](const char* title, const std::string& text) {
    std::printf("  %-13s %s\n", title, text.c_str());
  };
  line("endpoint", addresses.value("platform", ""));
  line("console", addresses.value("console", ""));
  line("object store", addresses.value("object_store", "") + "  (minio / miniostorage, bucket my-s3-bucket)");
  const std::string registry = addresses.value("registry", "");
  line("registry", Cat(registry, "  (docker push ", registry, "/NAME:TAG)"));
  line("docker", EngineText(status));
  for (const json& problem : status.value("problems", json::array())) line("problem", problem.value("message", ""));
  if (status["images_missing"].is_array()) {
    for (const json& each : status["images_missing"])
      line("missing", Cat("image ", each.value("reference", ""), ": ", each.value("command", "")));
  }
  line("executions", Cat(status.at("executions").value("running", 0), " running"));
  line("pods", Cat(pods.value("running", 0), " running, ", pods.value("waiting", 0), " wait for room"));
  line("resources",
       Cat(Share(resources.at("cpu_millis"), 1000, " cpu"), ", ",
           Share(resources.at("memory_bytes"), 1 << 30, " GiB memory"), "  (preset ", status.value("preset", ""), ")"));
  line("state", context.home.root.string());
  line("log", context.home.LogFile().string());
  line("clients", Cat("export FLYTECTL_CONFIG=", ClientConfigToShow(context.home).string()));
}

int RunStatus(const Context& context) {
  auto client = context.Connect();
  if (!client) {
    if (context.printer.IsData())
      context.printer.Data(json{{"state", "stopped"}, {"home", context.home.root.string()}});
    return Complain(client.error());
  }
  auto status = client->StatusReport();
  if (!status) return Complain(status.error());
  (*status)["images_missing"] = MissingImages(*client);
  if (context.printer.IsData()) {
    context.printer.Data(*status);
  } else {
    PrintStatus(context, *status);
  }
  return kExitOk;
}

}  // namespace

Verb StatusVerb() {
  return {"status",
          kLife,
          "what runs, where it listens, what its pods use",
          "sandbox status -o json",
          "/home|/paths/home",
          Without(RunStatus),
          "health stat state"};
}

}  // namespace sandbox::cli
