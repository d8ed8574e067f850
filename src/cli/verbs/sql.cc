#include <cstdio>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "cli/table.h"
#include "cli/verbs/all.h"
#include "sandbox/ports/query_rows.h"

namespace sandbox::cli {
namespace {

using nlohmann::json;

struct SqlValues {
  std::string query;
};

void SqlOptions(Options& options, SqlValues& values) {
  options.OptionalArgument("QUERY", values.query, "one SELECT; without it, or as -, it is read from standard input");
}

json JsonOf(const QueryCell& cell) {
  switch (cell.kind) {
    case QueryCell::Kind::kNull: return nullptr;
    case QueryCell::Kind::kNumber: return json::parse(cell.text, nullptr, false);
    default: return cell.text;
  }
}

void PrintRows(const QueryRows& rows, bool wide) {
  std::vector<Table::Column> columns;
  for (const std::string& name : rows.columns) columns.push_back({name, Table::Cut::kEnd});
  Table table(std::move(columns));
  for (const auto& row : rows.rows) {
    std::vector<std::string> cells;
    for (const QueryCell& cell : row) cells.push_back(cell.kind == QueryCell::Kind::kNull ? "-" : cell.text);
    table.Row(std::move(cells));
  }
  table.Print(wide);
}

int RunSql(const Context& context, const SqlValues& values) {
  std::string query = values.query;
  if (query.empty() || query == "-")
    query = std::string((std::istreambuf_iterator<char>(std::cin)), std::istreambuf_iterator<char>());
  const auto rows = context.host.query(context.home, query);
  if (!rows) return Complain(rows.error());
  if (context.printer.IsData()) {
    json out = json::array();
    for (const auto& row : rows->rows) {
      json values_of = json::array();
      for (const QueryCell& cell : row) values_of.push_back(JsonOf(cell));
      out.push_back(std::move(values_of));
    }
    context.printer.Data(json{{"columns", rows->columns}, {"rows", std::move(out)}});
  } else {
    PrintRows(*rows, context.printer.IsWide());
  }
  return kExitOk;
}

}  // namespace

Verb SqlVerb() {
  return {"sql",
          kLife,
          "a query of its database; it cannot change anything",
          "sandbox sql \"SELECT execution_name, phase FROM executions LIMIT 5\"\nsandbox sql \"SELECT name FROM "
          "sqlite_schema\"",
          "/rows/*/0",
          With(SqlOptions, RunSql),
          "query database db sqlite select"};
}

}  // namespace sandbox::cli
