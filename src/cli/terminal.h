#pragma once

// How standard output is written to: colour and width only on a terminal.

#include <cstddef>
#include <string>
#include <string_view>

namespace sandbox::cli {

// A terminal that shows colours, and NO_COLOR is unset or empty.
bool UsesColour();
// A terminal whose cursor can be moved.
bool UsesCursor();
// Columns of the terminal; 0: standard output is none, and nothing is cut.
size_t TerminalWidth();
// Rows, likewise.
size_t TerminalHeight();

// The word of a phase or of a pod's status in its colour; as it is without colours.
std::string Painted(const std::string& word);

// In the n-th of a few colours that tell apart what stands side by side.
std::string Coloured(const std::string& text, size_t n);

// Columns that UTF-8 text takes (each character one).
size_t DisplayWidth(std::string_view text);
// The same of text with colours in it.
size_t ShownWidth(std::string_view text);
// At most `width` columns; a cut is marked with "..". From the start, or the end (for names whose end tells most).
std::string CutEnd(const std::string& text, size_t width);
std::string CutStart(const std::string& text, size_t width);

}  // namespace sandbox::cli
