#include "home/instances.h"

#include <nlohmann/json.hpp>

#include "cli/table.h"
#include "cli/verbs/all.h"

namespace sandbox::cli {
namespace {

using nlohmann::json;

struct SeenInstance {
  home::Instance instance;
  std::string name, state;  // "running", "starting", "stopped"
  std::optional<home::RuntimeInfo> running;
  std::optional<home::Ports> ports;  // that it has, or had the last time
  bool current = false;              // which this command line means
};

SeenInstance LookAt(const home::Instance& instance, const Context& context) {
  SeenInstance out{instance, instance.home.Name(), "stopped", home::ReadRuntime(instance.home),
                   home::ReadPorts(instance.home)};
  if (out.running) {
    out.state = "running";
    out.instance.version = out.running->version;
    out.ports = {out.running->port, out.running->s3_port, out.running->registry_port, 0, 0};
  } else if (home::IsLocked(instance.home)) {
    out.state = "starting";
  }
  out.current = instance.home.root.lexically_normal() == context.home.root.lexically_normal();
  return out;
}

json InstanceJson(const SeenInstance& seen) {
  const auto text = [](const std::string& value) { return value.empty() ? json() : json(value); };
  json ports;
  if (seen.ports)
    ports = {
        {"platform", seen.ports->platform}, {"object_store", seen.ports->objects}, {"registry", seen.ports->images}};
  return {{"name", text(seen.name)},
          {"home", seen.instance.home.root.string()},
          {"state", seen.state},
          {"pid", seen.running ? json(seen.running->pid) : json()},
          {"version", text(seen.instance.version)},
          {"ports", ports},
          {"client_file", seen.instance.home.ClientConfig().string()},
          {"ephemeral", seen.instance.ephemeral},
          {"current", seen.current}};
}

int RunInstances(const Context& context) {
  std::vector<SeenInstance> all;
  for (const home::Instance& each : home::Instances()) {
    // What is left of a killed one goes with the next start.
    if (!each.ephemeral || home::IsLocked(each.home)) all.push_back(LookAt(each, context));
  }
  if (context.printer.IsData()) {
    json list = json::array();
    for (const SeenInstance& each : all) list.push_back(InstanceJson(each));
    context.printer.Data(json{{"instances", list}});
    return kExitOk;
  }
  Table table({{"NAME"},
               {"STATE", Table::Cut::kNever, true},
               {"ENDPOINT"},
               {"OBJECT STORE", Table::Cut::kNever, false, true},
               {"REGISTRY", Table::Cut::kNever, false, true},
               {"VERSION", Table::Cut::kNever, false, false, true},
               {"HOME", Table::Cut::kStart}});
  const auto address = [](const SeenInstance& seen, uint16_t home::Ports::* port) {
    return seen.ports ? Cat("localhost:", (*seen.ports).*port) : std::string("-");
  };
  for (const SeenInstance& each : all) {
    const std::string name = !each.name.empty() ? each.name : each.instance.ephemeral ? "(ephemeral)" : "-";
    table.Row({Cat(name, each.current ? " *" : ""), each.state, address(each, &home::Ports::platform),
               address(each, &home::Ports::objects), address(each, &home::Ports::images),
               each.instance.version.empty() ? "-" : each.instance.version, each.instance.home.root.string()});
  }
  if (all.empty()) table.Note(Cat("no sandbox was started here; ", CommandLine(context, "start"), " starts one"), true);
  table.Print(context.printer.IsWide());
  return kExitOk;
}

}  // namespace

Verb InstancesVerb() {
  return {"instances",
          kLife,
          "list your sandboxes: names, states, ports, data directories",
          "sandbox instances -o wide",
          "/instances/*/name,home",
          Without(RunInstances),
          "homes several"};
}

}  // namespace sandbox::cli
