#include "cli/table.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <utility>

#include "cli/terminal.h"

namespace sandbox::cli {
namespace {

constexpr size_t kGap = 3, kNarrowGap = 2, kCutTo = 12;

size_t Total(const std::vector<size_t>& widths, size_t gap) {
  return std::accumulate(widths.begin(), widths.end(), size_t{0}) + gap * (widths.empty() ? 0 : widths.size() - 1);
}

}  // namespace

std::vector<size_t> Table::Widths() const {
  std::vector<size_t> widths;
  for (const Column& column : columns_) widths.push_back(DisplayWidth(column.title));
  for (const Line& line : lines_) {
    for (size_t i = 0; i < line.cells.size(); ++i) widths[i] = std::max(widths[i], DisplayWidth(line.cells[i]));
  }
  return widths;
}

Table Table::Without(bool Column::* left_out) const {
  std::vector<Column> columns;
  for (const Column& column : columns_) {
    if (!(column.*left_out)) columns.push_back(column);
  }
  Table out(std::move(columns));
  for (const Line& line : lines_) {
    Line& kept = out.lines_.emplace_back(Line{{}, line.note, line.whole});
    for (size_t i = 0; i < line.cells.size(); ++i) {
      if (!(columns_[i].*left_out)) kept.cells.push_back(line.cells[i]);
    }
  }
  return out;
}

std::string Table::Render(size_t width, bool wide) const {
  if (wide) return RenderAll(width);
  const Table shown = Without(&Column::wide);
  return shown.Fits(width) ? shown.RenderAll(width) : shown.Without(&Column::spare).RenderAll(width);
}

bool Table::Fits(size_t width) const {
  std::vector<size_t> widths = Widths();
  for (size_t i = 0; i < widths.size(); ++i) {
    if (columns_[i].cut != Cut::kNever) widths[i] = std::min(widths[i], kCutTo);
  }
  return width == 0 || Total(widths, kNarrowGap) <= width;
}

std::string Table::RenderAll(size_t width) const {
  std::vector<size_t> widths = Widths();
  const size_t gap = width == 0 || Total(widths, kGap) <= width ? kGap : kNarrowGap;
  // The widest column that may be cut gives way first.
  while (width != 0 && Total(widths, gap) > width) {
    size_t* widest = nullptr;
    for (size_t i = 0; i < widths.size(); ++i) {
      if (columns_[i].cut != Cut::kNever && widths[i] > kCutTo && (widest == nullptr || widths[i] > *widest))
        widest = &widths[i];
    }
    if (widest == nullptr) break;
    --*widest;
  }
  std::string out;
  const auto add = [&](const std::vector<std::string>& cells, bool title) {
    std::string line;
    for (size_t i = 0; i < cells.size(); ++i) {
      const std::string cell = columns_[i].cut == Cut::kStart ? CutStart(cells[i], widths[i])
                               : columns_[i].cut == Cut::kEnd ? CutEnd(cells[i], widths[i])
                                                              : cells[i];
      const size_t taken = DisplayWidth(cell);
      line += columns_[i].painted && !title ? Painted(cell) : cell;
      if (i + 1 < cells.size()) line += std::string(widths[i] - taken + gap, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  };
  std::vector<std::string> titles;
  for (const Column& column : columns_) titles.push_back(column.title);
  add(titles, true);
  for (const Line& line : lines_) {
    if (!line.cells.empty()) {
      add(line.cells, false);
    } else {
      out += (width == 0 || line.whole ? line.note : CutEnd(line.note, width)) + "\n";
    }
  }
  return out;
}

void Table::Print(bool wide) const { std::fputs(Render(wide ? 0 : TerminalWidth(), wide).c_str(), stdout); }

std::string Age(long long seconds) {
  if (seconds < 0) seconds = 0;
  if (seconds < 120) return std::to_string(seconds) + "s";
  const auto two = [](long long big, const char* big_unit, long long small, const char* small_unit) {
    return std::to_string(big) + big_unit + (small > 0 ? std::to_string(small) + small_unit : "");
  };
  if (seconds < 10 * 60) return two(seconds / 60, "m", seconds % 60, "s");
  if (seconds < 3 * 3600) return std::to_string(seconds / 60) + "m";
  if (seconds < 8 * 3600) return two(seconds / 3600, "h", seconds / 60 % 60, "m");
  if (seconds < 48 * 3600) return std::to_string(seconds / 3600) + "h";
  if (seconds < 8 * 86400) return two(seconds / 86400, "d", seconds / 3600 % 24, "h");
  return std::to_string(seconds / 86400) + "d";
}

std::string Took(const std::string& seconds) {
  char* end = nullptr;
  const double value = std::strtod(seconds.c_str(), &end);
  return end == seconds.c_str() ? "" : Took(value);
}

std::string Took(double seconds) {
  if (seconds >= 120) return Age(static_cast<long long>(seconds));
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", seconds < 1 ? 3 : 1, seconds);
  return std::string(text) + "s";
}

}  // namespace sandbox::cli
