#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "cli/comparison.h"
#include "cli/table.h"
#include "cli/target.h"
#include "cli/times.h"
#include "cli/verbs/all.h"

namespace sandbox::cli {
namespace {

using nlohmann::json;

struct CompareValues {
  Target a, b;
};

void CompareOptions(Options& options, CompareValues& values) {
  options.Argument("A", values.a.execution, "an execution: its name, the beginning of it, or @latest");
  options.Argument("B", values.b.execution, "the other one, in the same way");
  options.InPlace(values.a.place);
}

std::string CellOf(const json& value) {
  if (value.is_null()) return "-";
  return value.is_string() ? value.get<std::string>() : value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string NodeCell(const json& of) {
  if (of.is_null()) return "-";
  std::string out = TextAt(of, "phase");
  if (of["took_ms"].is_number()) out += " " + TookMillis(of["took_ms"]);
  if (const int attempts = of.value("attempts", 0); attempts > 1) out += Cat(" (", attempts, " attempts)");
  if (of.value("cached", false)) out += " (cached)";
  return out;
}

void PrintComparison(const json& comparison, bool wide) {
  const std::string a = TextAt(comparison["a"], "id"), b = TextAt(comparison["b"], "id");
  if (comparison["differences"].empty()) {
    std::printf("%s and %s had the same version, inputs and outputs, and ended the same\n", a.c_str(), b.c_str());
  } else {
    Table table({{"WHAT"}, {a, Table::Cut::kEnd}, {b, Table::Cut::kEnd}});
    for (const json& row : comparison["differences"])
      table.Row({TextAt(row, "what"), CellOf(row["a"]), CellOf(row["b"])});
    table.Print(wide);
  }
  if (comparison["nodes"].empty()) return;
  Table nodes({{"NODE", Table::Cut::kEnd}, {a}, {b}, {"B - A"}});
  for (const json& row : comparison["nodes"]) {
    const json& more = row["more_ms"];
    const std::string sign = more.is_number() && more > 0 ? "+" : more.is_number() && more < 0 ? "-" : "";
    nodes.Row({TextAt(row, "node"), NodeCell(row["a"]), NodeCell(row["b"]),
               more.is_number() ? sign + TookMillis(std::abs(more.get<int64_t>())) : ""});
  }
  std::printf("\n");
  nodes.Print(wide);
}

int RunCompare(const Context& context, const CompareValues& values) {
  auto client = context.Connect();
  if (!client) return Complain(client.error());
  Target a = values.a, b = values.b;
  b.place = a.place;
  const auto one = FindEverything(*client, a);
  if (!one) return Complain(one.error());
  const auto other = FindEverything(*client, b);
  if (!other) return Complain(other.error());
  const json comparison = Compare(*one, *other);
  if (context.printer.IsData()) {
    context.printer.Data(comparison);
  } else {
    PrintComparison(comparison, context.printer.IsWide());
  }
  return kExitOk;
}

}  // namespace

Verb CompareVerb() {
  return {"compare",
          kLooking,
          "two executions: what differs, and node for node how long",
          "sandbox compare f4b8c2d6e0a1 @latest",
          "/a/id|/b/id",
          With(CompareOptions, RunCompare),
          "diff difference"};
}

}  // namespace sandbox::cli
