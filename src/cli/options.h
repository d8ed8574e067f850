#pragma once

// What a verb takes, said once: the parser reads it and the help page prints it.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/context.h"

namespace CLI {
class App;
}  // namespace CLI

namespace sandbox::cli {

class Options {
 public:
  // A row of a help page: "-f, --follow" and what it does.
  struct Row {
    std::string left, text;
  };

  // Both outlive this object.
  explicit Options(CLI::App& parser) : parser_(parser) {}

  // Words without a dash, in this order. `name` is upper case, as the usage line has it.
  void Argument(const std::string& name, std::string& value, const std::string& text);
  void OptionalArgument(const std::string& name, std::string& value, const std::string& text);
  // Any number of them, behind the others.
  void MoreArguments(const std::string& name, std::vector<std::string>& values, const std::string& text);
  // The command line from its first word on, options and all.
  void Command(const std::string& name, std::vector<std::string>& words, const std::string& text);

  // `names` as in "-n,--namespace"; `value_name` is upper case. Texts do not repeat the default where it is given.
  void Text(const std::string& names, const std::string& value_name, std::string& value, const std::string& text);
  // As often as one likes, in order.
  void Texts(const std::string& names, const std::string& value_name, std::vector<std::string>& values,
             const std::string& text);
  void Choice(const std::string& names, const std::vector<std::string>& choices, std::string& value,
              const std::string& text);
  void Number(const std::string& names, const std::string& value_name, int& value, int least, int most,
              const std::string& text);
  void Number(const std::string& names, const std::string& value_name, std::optional<int>& value, int least, int most,
              const std::string& text);
  void Flag(const std::string& names, bool& value, const std::string& text);
  // -p and -d.
  void InPlace(Place& place);
  // For the program itself: no help page has it.
  void HiddenFlag(const std::string& names, bool& value);

  // Of the help page.
  std::string Usage() const;
  const std::vector<Row>& Arguments() const { return arguments_; }
  const std::vector<Row>& Rows() const { return rows_; }
  bool TakesCommand() const { return takes_command_; }

 private:
  void AddRow(const std::string& names, const std::string& value_name, const std::string& text,
              const std::string& usual);

  CLI::App& parser_;
  std::string usage_;
  std::vector<Row> arguments_, rows_;
  bool takes_command_ = false;
};

}  // namespace sandbox::cli
