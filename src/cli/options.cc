#include "cli/options.h"

#include <CLI/CLI.hpp>

namespace sandbox::cli {
namespace {

std::string Joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += Cat(out.empty() ? "" : "|", word);
  return out;
}

}  // namespace

void Options::Argument(const std::string& name, std::string& value, const std::string& text) {
  parser_.add_option(name, value, text)->required();
  usage_ += " " + name;
  arguments_.push_back({name, text});
}

void Options::OptionalArgument(const std::string& name, std::string& value, const std::string& text) {
  parser_.add_option(name, value, text);
  usage_ += " [" + name + "]";
  arguments_.push_back({name, text});
}

void Options::MoreArguments(const std::string& name, std::vector<std::string>& values, const std::string& text) {
  parser_.add_option(name, values, text);
  usage_ += " [" + name + "...]";
  arguments_.push_back({name, text});
}

void Options::Command(const std::string& name, std::vector<std::string>& words, const std::string& text) {
  parser_.add_option(name, words, text)->required();
  usage_ += " -- " + name;
  arguments_.push_back({name, text});
  takes_command_ = true;
}

void Options::Text(const std::string& names, const std::string& value_name, std::string& value,
                   const std::string& text) {
  parser_.add_option(names, value, text);
  AddRow(names, value_name, text, value);
}

void Options::Texts(const std::string& names, const std::string& value_name, std::vector<std::string>& values,
                    const std::string& text) {
  parser_.add_option(names, values, text)->allow_extra_args(false);
  AddRow(names, value_name + " ...", text, "");
}

void Options::Choice(const std::string& names, const std::vector<std::string>& choices, std::string& value,
                     const std::string& text) {
  parser_.add_option(names, value, text)->check(CLI::IsMember(choices));
  AddRow(names, Joined(choices), text, value);
}

void Options::Number(const std::string& names, const std::string& value_name, int& value, int least, int most,
                     const std::string& text) {
  parser_.add_option(names, value, text)->check(CLI::Range(least, most));
  AddRow(names, value_name, text, std::to_string(value));
}

void Options::Number(const std::string& names, const std::string& value_name, std::optional<int>& value, int least,
                     int most, const std::string& text) {
  parser_.add_option(names, value, text)->check(CLI::Range(least, most));
  AddRow(names, value_name, text, "");
}

void Options::Flag(const std::string& names, bool& value, const std::string& text) {
  parser_.add_flag(names, value, text);
  AddRow(names, "", text, "");
}

void Options::InPlace(Place& place) {
  const auto given = [&place](const std::string&) { place.given = true; };
  parser_.add_option("-p,--project", place.project)->each(given);
  parser_.add_option("-d,--domain", place.domain)->each(given);
  AddRow("-p,--project", "PROJECT", "one of `sandbox projects`", place.project);
  AddRow("-d,--domain", "DOMAIN", "of the project", place.domain);
}

void Options::HiddenFlag(const std::string& names, bool& value) { parser_.add_flag(names, value); }

std::string Options::Usage() const { return (rows_.empty() ? "" : " [options]") + usage_; }

void Options::AddRow(const std::string& names, const std::string& value_name, const std::string& text,
                     const std::string& usual) {
  const size_t comma = names.find(',');
  std::string left =
      comma == std::string::npos ? "    " + names : names.substr(0, comma) + ", " + names.substr(comma + 1);
  if (!value_name.empty()) left += " " + value_name;
  rows_.push_back({std::move(left), usual.empty() ? text : Cat(text, " (default ", usual, ")")});
}

}  // namespace sandbox::cli
