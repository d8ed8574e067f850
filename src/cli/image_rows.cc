#include "cli/image_rows.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <set>

#include "cli/table.h"
#include "cli/times.h"

namespace sandbox::cli {
namespace {

using nlohmann::json;

std::string TextIn(const json& row, const char* key) {
  const auto found = row.find(key);
  return found != row.end() && found->is_string() ? found->get<std::string>() : "";
}

json RowOfHost(const HostImage& image) {
  return {{"reference", image.names.empty() ? image.id : image.names.front()},
          {"state", "present"},
          {"names", image.names},
          {"id", image.id},
          {"size_bytes", image.size_bytes},
          {"platform", image.platform},
          {"created_at", FormatRfc3339(std::chrono::floor<std::chrono::milliseconds>(image.created_at))},
          {"bytes", nullptr},
          {"total", nullptr},
          {"build", nullptr},
          {"step", nullptr},
          {"steps", nullptr},
          {"started_at", nullptr},
          {"used_by", json::array()},
          {"used_by_count", 0},
          {"newest", false},
          {"command", nullptr}};
}

std::string StateText(const json& row) {
  const std::string state = TextIn(row, "state");
  if (state == "building" && row["steps"].is_number())
    return Cat("building ", row["step"].get<int>(), "/", row["steps"].get<int>());
  if (state == "pulling" && row["total"].is_number())
    return Cat("pulling ", 100 * row["bytes"].get<int64_t>() / std::max<int64_t>(row["total"].get<int64_t>(), 1), "%");
  return state;
}

std::string UsersText(const json& row) {
  const auto count = row.value("used_by_count", int64_t{0});
  if (count == 0) return "";
  const json& first = row["used_by"][0];
  const std::string name = Cat(TextIn(first, "name"), " ", TextIn(first, "version"));
  return count == 1 ? name : Cat(name, " and ", count - 1, " more");
}

bool IsAlive(const json& pod) {
  const std::string status = TextIn(pod, "status");
  return TextIn(pod.value("instants", json::object()), "ended_at").empty() &&
         (status == "Pending" || status == "Running" || status == "ContainerCreating" || status == "ErrImagePull" ||
          status == "ImagePullBackOff" || status.starts_with("Init:"));
}

bool Runs(const json& pod, const std::set<std::string>& images) {
  return images.contains(TextIn(pod, "image")) ||
         std::ranges::any_of(pod.value("containers", json::array()),
                             [&images](const json& each) { return images.contains(TextIn(each, "image")); });
}

}  // namespace

Result<json> ImagesWithTasks(const Context& context) {
  if (home::ReadRuntime(context.home)) {
    auto client = context.Connect();
    if (!client) return std::unexpected(std::move(client.error()));
    auto answer = client->Images();
    if (answer) (*answer)["tasks_known"] = true;
    return answer;
  }
  const auto engine = context.host.images(context.home);
  if (!engine) return std::unexpected(engine.error());
  const auto found = (*engine)->List();
  if (!found) return std::unexpected(found.error());
  json rows = json::array();
  for (const HostImage& image : *found) rows.push_back(RowOfHost(image));
  return json{{"images", rows}, {"engine_answers", true}, {"tasks_known", false}};
}

void PrintImages(const Context& context, const json& answer) {
  if (context.printer.IsData()) return context.printer.Data(answer);
  Table table({{"IMAGE", Table::Cut::kStart},
               {"STATE", Table::Cut::kNever, true},
               {"SIZE"},
               {.title = "PLATFORM", .spare = true},
               {"USED BY", Table::Cut::kEnd},
               {.title = "ID", .wide = true}});
  std::vector<std::string> commands;
  for (const json& row : answer["images"]) {
    const std::string name = TextIn(row, "reference");
    table.Row({name.starts_with("sha256:") ? name.substr(0, 19) : name, StateText(row),
               row["size_bytes"].is_number() ? SizeText(row["size_bytes"]) : "", TextIn(row, "platform"),
               UsersText(row), TextIn(row, "id")});
    if (const std::string command = TextIn(row, "command"); !command.empty()) commands.push_back(command);
  }
  table.Print(context.printer.IsWide());
  if (!commands.empty()) std::printf("\nmissing; build them where their Dockerfile is, or pull them:\n");
  for (const std::string& command : commands) std::printf("  %s\n", command.c_str());
  std::fflush(stdout);
  if (!answer.value("tasks_known", true))
    std::fprintf(stderr, "note: no sandbox runs in %s, so who uses them is not known; start it: %s\n",
                 context.home.root.c_str(), CommandLine(context, "start").c_str());
}

std::string WhyInUse(const Context& context, ImageEngine& engine, const std::string& reference) {
  std::set<std::string> named = {reference};
  std::string id;
  if (const auto images = engine.List()) {
    for (const HostImage& image : *images) {
      const bool is_it = image.id == reference || std::ranges::find(image.names, reference) != image.names.end() ||
                         std::ranges::find(image.names, reference + ":latest") != image.names.end();
      if (!is_it) continue;
      id = image.id;
      named.insert(image.names.begin(), image.names.end());
    }
  }
  if (home::ReadRuntime(context.home)) {
    auto client = context.Connect();
    const auto pods = client ? client->Pods("") : Result<json>(std::unexpected(client.error()));
    for (const json& pod : pods ? (*pods)["pods"] : json::array()) {
      if (IsAlive(pod) && Runs(pod, named))
        return Cat("pod ", TextIn(pod, "name"), " of execution ", TextIn(pod, "execution"),
                   " uses it; wait for its end");
    }
  }
  const auto running = engine.Running();
  if (running && !id.empty() && std::ranges::find(*running, id) != running->end())
    return "a container runs in it; `docker ps` lists containers";
  return "";
}

}  // namespace sandbox::cli
