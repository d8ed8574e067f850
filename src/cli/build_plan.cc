#include "cli/build_plan.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>

#include "cli/build_secrets.h"

namespace sandbox::cli {
namespace {

namespace fs = std::filesystem;

constexpr char kIgnoreName[] = ".dockerignore";
// The path in the archive of a Dockerfile that is not a file of the context.
constexpr char kOutsideName[] = ".sandbox.Dockerfile";
constexpr size_t kDockerfileBytesMax = size_t{1} << 20;

std::unexpected<Error> BadValue(std::string message) {
  return Fail(Code::kInvalidArgument, "BAD_VALUE", std::move(message));
}
std::unexpected<Error> BadContext(std::string message) {
  return Fail(Code::kInvalidArgument, "BAD_CONTEXT", std::move(message));
}

Result<std::string> ReadText(std::istream& in, const std::string& what) {
  std::string out((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (in.bad() || out.size() > kDockerfileBytesMax)
    return Fail(Code::kInvalidArgument, "BAD_DOCKERFILE",
                Cat(what, out.size() > kDockerfileBytesMax ? " is larger than 1 MiB" : " cannot be read"));
  return out;
}

Result<fs::path> FindContext(const std::string& word) {
  const bool remote = word.find("://") != std::string::npos || word.starts_with("git@") || word == "-";
  if (remote)
    return BadContext(Cat("a context has to be a folder of this machine, not ", word,
                          "; clone or unpack it, then build that folder"));
  std::error_code failure;
  const fs::path out = fs::absolute(word, failure).lexically_normal();
  if (failure || !fs::exists(out, failure))
    return BadContext(
        Cat("there is no folder ", word, "; `sandbox build . -t NAME:TAG` builds the one that you are in"));
  if (!fs::is_directory(out, failure))
    return BadContext(Cat(word,
                          " is no folder; the context is the folder that the Dockerfile copies from, and -f names "
                          "the Dockerfile"));
  return out.has_filename() ? out : out.parent_path();
}

// As docker has it, from where one is; and below the context, where people mean it.
Result<fs::path> FindDockerfile(const std::string& word, const fs::path& context) {
  std::error_code ignored;
  if (word.empty()) {
    const fs::path usual = context / "Dockerfile";
    if (fs::is_regular_file(usual, ignored)) return usual;
    return Fail(Code::kInvalidArgument, "BAD_DOCKERFILE",
                Cat("there is no ", usual.string(), "; -f FILE names another Dockerfile"));
  }
  const fs::path here = fs::absolute(word, ignored).lexically_normal(), below = (context / word).lexically_normal();
  if (fs::is_regular_file(here, ignored)) return here;
  if (fs::is_regular_file(below, ignored)) return below;
  return Fail(Code::kInvalidArgument, "BAD_DOCKERFILE",
              here == below ? Cat("there is no file ", here.string(), "; -f takes the path of the Dockerfile")
                            : Cat("there is neither ", here.string(), " nor ", below.string(),
                                  "; -f takes the path of the Dockerfile"));
}

// Where it is in the context; empty: it is no file of its own there.
std::string PathIn(const fs::path& context, const fs::path& file) {
  std::error_code ignored;
  const fs::path below = file.lexically_relative(context);
  if (below.empty() || *below.begin() == ".." || fs::is_symlink(file, ignored)) return "";
  return below.generic_string();
}

Result<builds::IgnoreRules> ReadIgnore(const fs::path& context, const fs::path& dockerfile) {
  fs::path file = dockerfile.string() + kIgnoreName;
  std::error_code ignored;
  if (dockerfile.empty() || !fs::is_regular_file(file, ignored)) file = context / kIgnoreName;
  if (!fs::is_regular_file(file, ignored)) return builds::IgnoreRules();
  std::ifstream in(file, std::ios::binary);
  const auto text = ReadText(in, file.string());
  if (!text) return std::unexpected(text.error());
  auto rules = builds::IgnoreRules::Parse(*text);
  if (!rules) rules.error().message = Cat(file.string(), ", ", rules.error().message);
  return rules;
}

Result<std::map<std::string, std::string>> ReadPairs(const std::vector<std::string>& words, const char* option,
                                                     bool from_environment) {
  std::map<std::string, std::string> out;
  for (const std::string& word : words) {
    const size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    if (name.empty() || name.find_first_of(" \t") != std::string::npos)
      return BadValue(Cat(option, " ", word, ": it is NAME=VALUE", from_environment ? ", or NAME of a variable" : ""));
    if (equals != std::string::npos) {
      out[name] = word.substr(equals + 1);
    } else if (const char* value = std::getenv(name.c_str()); from_environment && value != nullptr) {
      out[name] = value;
    } else if (from_environment) {
      return BadValue(
          Cat(option, " ", name, ": there is no variable ", name, " in the environment; give it as ", name, "=VALUE"));
    } else {
      out[name] = "";
    }
  }
  return out;
}

Status CheckTags(const std::vector<std::string>& tags, const ImageEngine& engine) {
  if (tags.empty()) return BadValue("-t NAME:TAG is missing: without a name no task can use the image");
  for (const std::string& tag : tags) {
    if (Status named = engine.CheckName(tag); !named) {
      named.error().message = Cat("-t ", tag, ": ", named.error().message, "; a name is such as app:v1 or team/app:v1");
      return named;
    }
    if (tag.find('@') != std::string::npos)
      return BadValue(Cat("-t ", tag, ": what is built gets a name and a tag; its digest follows from its content"));
  }
  return {};
}

bool IsPlatform(const std::string& text) {
  const auto parts = std::ranges::count(text, '/');
  return parts >= 1 && parts <= 2 && !text.starts_with('/') && !text.ends_with('/') &&
         text.find("//") == std::string::npos &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789/_-.") == std::string::npos;
}

Status CheckWords(const BuildWords& words, const ImageEngine& engine) {
  if (Status tags = CheckTags(words.tags, engine); !tags) return tags;
  if (!words.platform.empty() && !IsPlatform(words.platform))
    return BadValue(Cat("--platform ", words.platform, ": it is OS/ARCHITECTURE, such as linux/amd64"));
  return {};
}

// The Dockerfile's text, and where the archive has it.
Status ReadDockerfile(const BuildWords& words, BuildPlan& plan) {
  if (words.file == "-") {
    auto text = ReadText(std::cin, "standard input");
    if (!text) return std::unexpected(text.error());
    plan.dockerfile_text = std::move(*text);
    plan.order.dockerfile = kOutsideName;
    return {};
  }
  const auto file = FindDockerfile(words.file, plan.context);
  if (!file) return std::unexpected(file.error());
  std::ifstream in(*file, std::ios::binary);
  auto text = in ? ReadText(in, file->string())
                 : Result<std::string>(Fail(Code::kInvalidArgument, "BAD_DOCKERFILE",
                                            Cat(file->string(), " cannot be read; look at its permissions")));
  if (!text) return std::unexpected(text.error());
  plan.dockerfile = *file;
  plan.dockerfile_text = std::move(*text);
  plan.order.dockerfile = PathIn(plan.context, *file);
  if (plan.order.dockerfile.empty()) plan.order.dockerfile = kOutsideName;
  return {};
}

Status CheckDockerfile(const BuildWords& words, BuildPlan& plan) {
  const std::string name = plan.dockerfile.empty() ? "the Dockerfile" : plan.dockerfile.string();
  auto instructions = builds::ParseDockerfile(plan.dockerfile_text);
  if (!instructions) {
    instructions.error().message = Cat(name, ": ", instructions.error().message);
    return std::unexpected(std::move(instructions.error()));
  }
  plan.instructions = std::move(*instructions);
  if (Status without = builds::CheckNoAgent(plan.instructions, name); !without) return without;
  // One that was not given is answered, too: a mount may do without.
  if (builds::MountsSecrets(plan.instructions) && !plan.order.secrets) plan.order.secrets.emplace();
  // As the docker CLI has it; where a Dockerfile needs it, no variable has to be set.
  const char* wanted = std::getenv("DOCKER_BUILDKIT");
  plan.order.buildkit = builds::NeedsBuildKit(plan.instructions) || plan.order.secrets ||
                        (wanted != nullptr && std::string_view(wanted) == "1");
  if (!words.target.empty() && !builds::HasStage(plan.instructions, words.target))
    return BadValue(
        Cat("--target ", words.target, ": ", name, " has no stage of that name; FROM ... AS NAME names one"));
  return {};
}

}  // namespace

Result<BuildPlan> PlanBuild(const BuildWords& words, const ImageEngine& engine) {
  BuildPlan plan;
  if (Status right = CheckWords(words, engine); !right) return std::unexpected(std::move(right.error()));
  auto args = ReadPairs(words.args, "--build-arg", true);
  if (!args) return std::unexpected(std::move(args.error()));
  auto labels = ReadPairs(words.labels, "--label", false);
  if (!labels) return std::unexpected(std::move(labels.error()));
  auto secrets = ReadSecrets(words.secrets);
  if (!secrets) return std::unexpected(std::move(secrets.error()));
  auto context = FindContext(words.context);
  if (!context) return std::unexpected(std::move(context.error()));
  plan.context = std::move(*context);
  plan.order = {words.tags,     "",        std::move(*args), std::move(*labels), words.target, words.platform,
                words.no_cache, words.pull};
  if (!words.secrets.empty()) plan.order.secrets = std::move(*secrets);
  if (Status read = ReadDockerfile(words, plan); !read) return std::unexpected(std::move(read.error()));
  if (Status right = CheckDockerfile(words, plan); !right) return std::unexpected(std::move(right.error()));
  const auto rules = ReadIgnore(plan.context, plan.dockerfile);
  if (!rules) return std::unexpected(rules.error());
  auto files = builds::ScanContext(plan.context, *rules, {plan.order.dockerfile, kIgnoreName});
  if (!files) return std::unexpected(std::move(files.error()));
  plan.files = std::move(*files);
  if (plan.order.dockerfile == kOutsideName)
    plan.files.push_back({kOutsideName, '0', plan.dockerfile_text.size(), 0644, 0, "", plan.dockerfile_text, true});
  return plan;
}

}  // namespace sandbox::cli
