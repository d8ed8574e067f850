#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sandbox::cli {

// Columns as wide as their widest cell, three spaces apart, as kubectl prints them. On a terminal that is narrower the
// columns move together, cells of columns that may be cut are, and spare columns are left out; nothing is cut where
// output goes to a file.
class Table {
 public:
  enum class Cut { kNever, kEnd, kStart };  // kStart keeps the end, which tells most of a dotted name
  struct Column {
    std::string title;
    Cut cut = Cut::kNever;
    bool painted = false;  // phases and states in their colours
    bool wide = false;     // only with -o wide
    bool spare = false;    // left out where a terminal is too narrow for it
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
  void Row(std::vector<std::string> cells) { lines_.push_back({std::move(cells), "", false}); }
  // A line of its own below the last row, cut at its end; `whole`: never cut, such as a command to copy.
  void Note(std::string text, bool whole = false) { lines_.push_back({{}, std::move(text), whole}); }
  bool Empty() const { return lines_.empty(); }

  // `width` 0: as wide as it takes. `wide`: with every column.
  std::string Render(size_t width, bool wide = false) const;
  // To standard output. A wide table is not cut: a terminal breaks its lines.
  void Print(bool wide = false) const;

 private:
  struct Line {
    std::vector<std::string> cells;
    std::string note;
    bool whole = false;
  };
  Table Without(bool Column::* left_out) const;
  // Whether columns that may be cut can be cut to fit; 0 fits all.
  bool Fits(size_t width) const;
  std::vector<size_t> Widths() const;
  std::string RenderAll(size_t width) const;

  std::vector<Column> columns_;
  std::vector<Line> lines_;
};

// "12s", "5m30s", "3h12m", "2d3h": how kubectl tells an age.
std::string Age(long long seconds);

// The API's "13.499260247s" as one reads it: "13.5s", from two minutes on as an age. Empty for no duration.
std::string Took(const std::string& seconds);
std::string Took(double seconds);

}  // namespace sandbox::cli
