#pragma once

// Which files of a build's context stay out: the patterns of a .dockerignore, as Docker reads them. Pure.
//
// Of the lines that match a path or a folder above it the last one decides; one that begins with "!" keeps it in. "*"
// and "?" stop at a slash, "**" does not, "[a-c]" and "[^a-c]" are classes, a backslash takes the next character as it
// is. A leading slash means nothing; lines that begin with "#" are comments.

#include <string>
#include <string_view>
#include <vector>

#include "sandbox/base/error.h"

namespace sandbox::builds {

class IgnoreRules {
 public:
  // INVALID_ARGUMENT, reason BAD_PATTERN, names the line.
  static Result<IgnoreRules> Parse(std::string_view text);

  // `path`: relative to the context, with slashes, without "." and "..".
  bool Excludes(std::string_view path) const;
  // Whether a line with "!" may keep something in below a folder that is excluded.
  bool MayKeepBelow(std::string_view folder) const;

 private:
  struct Token {
    enum class Kind { kLetter, kAny, kStar, kFolders, kRest, kClass };
    Kind kind = Kind::kLetter;
    char letter = 0;
    std::string letters;  // of a class, ranges written out
    bool negated = false;
  };
  struct Rule {
    bool keeps = false;
    std::vector<Token> tokens;
    std::string fixed;  // what stands before the first wildcard, whole parts of the path
  };

  static Result<Rule> Compile(std::string_view pattern, size_t line);
  static Result<Token> CompileClass(std::string_view pattern, size_t& at, size_t line);
  static bool Matches(const Rule& rule, std::string_view path);
  static bool Step(const Token& token, std::string_view path, std::vector<bool>& places);

  std::vector<Rule> rules_;
};

}  // namespace sandbox::builds
