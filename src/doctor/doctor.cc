#include "doctor/doctor.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <iterator>
#include <nlohmann/json.hpp>

#include "doctor/check.h"
#include "sandbox/base/error.h"

namespace sandbox::doctor {
namespace {

using namespace std::chrono_literals;

constexpr uint64_t kGi = uint64_t{1} << 30, kMi = uint64_t{1} << 20;
constexpr uint64_t kDiskFail = kGi, kDiskWarn = 5 * kGi;
constexpr uint64_t kMemoryFail = 256 * kMi, kMemoryWarn = kGi;
constexpr uint64_t kOpenFilesWarn = 4096;
constexpr Duration kClockWarn = 2s, kClockFail = 60s;
// Of the engine's API, 1.41: what the sandbox needs is there since 20.10.
constexpr int kApiMinorLeast = 41;

std::string Bytes(uint64_t bytes) {
  char text[32];
  if (bytes >= kGi) {
    std::snprintf(text, sizeof text, "%.1f GiB", static_cast<double>(bytes) / static_cast<double>(kGi));
  } else {
    std::snprintf(text, sizeof text, "%llu MiB", static_cast<unsigned long long>(bytes / kMi));
  }
  return text;
}

std::string Seconds(Duration length) {
  return Cat(std::chrono::duration_cast<std::chrono::seconds>(std::chrono::abs(length)).count(), " s");
}

Check EngineAway(const EngineFound& engine) {
  const auto other = std::ranges::find_if(engine.others, [](const TriedSocket& each) { return each.why.empty(); });
  Check check{
      "engine", Verdict::kFail, "engine.away", "", "", false, {{"address", engine.address}, {"why", engine.why}}};
  check.text = Cat("No Docker Engine answers at ", engine.address, ": ", engine.why, ". Tasks wait.");
  if (other == engine.others.end()) return Command(std::move(check), "sudo systemctl start docker");
  check.code = "engine.elsewhere";
  check.values.emplace_back("other", other->address);
  check.text =
      Cat("No Docker Engine answers at ", engine.address, ": ", engine.why, ". One answers at ", other->address, ".");
  return Command(std::move(check), Cat("export DOCKER_HOST=", other->address, " && sandbox stop && sandbox start"));
}

// Which sockets are not in use and why; most are of products that are not here.
std::string OthersText(const std::vector<TriedSocket>& others) {
  std::string told;
  size_t absent = 0;
  for (const TriedSocket& each : others) {
    if (each.why == std::strerror(ENOENT)) {
      ++absent;
    } else {
      told += Cat(told.empty() ? "" : ", ", each.address, " (",
                  each.why.empty() ? "answers, too; set DOCKER_HOST to take it" : each.why, ")");
    }
  }
  if (!told.empty()) told = "; not in use: " + told;
  return absent == 0 ? told : Cat(told, "; other usual places without a socket: ", absent);
}

Check CheckEngine(const EngineFound& engine) {
  if (!engine.why.empty()) return EngineAway(engine);
  Check check{"engine", Verdict::kOk, "engine.ok", "", "", false, {}};
  check.values = {{"product", engine.product},
                  {"version", engine.version},
                  {"address", engine.address},
                  {"others", std::to_string(engine.others.size())}};
  int minor = kApiMinorLeast;
  const std::string& text = engine.api_version;
  if (text.starts_with("1.")) std::from_chars(text.data() + 2, text.data() + text.size(), minor);
  if (minor < kApiMinorLeast) {
    check.verdict = Verdict::kWarn;
    check.code = "engine.old";
    check.text = Cat("Docker ", engine.version, " at ", engine.address, " is older than 20.10.");
    return Advice(std::move(check), "Install Docker 20.10 or newer.");
  }
  check.text = Cat(engine.product, " ", engine.version, " answers at ", engine.address, OthersText(engine.others), ".");
  return check;
}

Check CheckClock(Duration ahead) {
  const Duration off = std::chrono::abs(ahead);
  Check check{"clock", Verdict::kOk, "clock.ok", "The clocks of Docker and of this machine agree.", "", false, {}};
  if (off < kClockWarn) return check;
  check.verdict = off < kClockFail ? Verdict::kWarn : Verdict::kFail;
  check.code = "clock.off";
  check.values = {{"amount", Seconds(ahead)}};
  check.text = Cat("Docker's clock is ", Seconds(ahead), ahead > Duration::zero() ? " ahead of" : " behind",
                   " this machine's: schedules and times of tasks are off.");
  return Command(std::move(check), "sudo timedatectl set-ntp true");
}

// Images that were built here, or that a client names, are of this machine's architecture.
Check CheckArchitecture(const std::string& machine, const std::string& engine) {
  Check check{"architecture",
              Verdict::kOk,
              "architecture.ok",
              Cat("Docker runs images of this machine's architecture, ", machine, "."),
              "",
              false,
              {{"machine", machine}, {"engine", engine}}};
  if (machine == engine) return check;
  check.verdict = Verdict::kWarn;
  check.code = "architecture.other";
  check.text = Cat("Docker runs images of ", engine, " and this machine is ", machine,
                   ": images that are built for one do not start on the other, or slowly.");
  return Advice(std::move(check), Cat("Build images with --platform linux/", engine, "."));
}

Check CheckDisk(const DiskFound& disk) {
  const std::string free = Bytes(disk.free_bytes);
  Check check{"disk",
              Verdict::kOk,
              "disk.ok",
              Cat(free, " are free on ", disk.path, "."),
              "",
              false,
              {{"free", free}, {"path", disk.path}}};
  if (disk.free_bytes >= kDiskWarn) return check;
  check.verdict = disk.free_bytes < kDiskFail ? Verdict::kFail : Verdict::kWarn;
  check.code = "disk.low";
  check.text = Cat("Only ", free, " are free on ", disk.path, ".");
  if (disk.has_images) return Command(std::move(check), "docker image prune");
  check.code = "disk.low.home";
  return Advice(std::move(check),
                Cat("Forget old runs (sandbox gc), make room on ", disk.path, ", or choose another home with --home."));
}

Check CheckMemory(uint64_t available) {
  const std::string free = Bytes(available);
  Check check{"memory", Verdict::kOk, "memory.ok", Cat(free, " of memory are available."), "", false, {{"free", free}}};
  if (available >= kMemoryWarn) return check;
  check.verdict = available < kMemoryFail ? Verdict::kFail : Verdict::kWarn;
  check.code = "memory.low";
  check.text = Cat("Only ", free, " of memory are available.");
  return Advice(std::move(check), "End other programs, or set capacity.memory in config.yaml below what is free.");
}

Check CheckPort(const PortFound& port) {
  const std::string id = port.what == "platform"       ? "port.platform"
                         : port.what == "object store" ? "port.objects"
                                                       : "port.images";
  const std::string number = std::to_string(port.port);
  Check check{id, Verdict::kOk, "", "", "", false, {{"port", number}, {"what", port.what}}};
  if (port.state == PortFound::State::kOurs) {
    check.code = "port.ours";
    check.text = Cat("Port ", number, " is this sandbox's (", port.what, ").");
    return check;
  }
  if (port.state == PortFound::State::kFree) {
    check.code = "port.free";
    if (port.port == 0) return check.text = Cat("A free port is taken for the ", port.what, "."), check;
    check.text = Cat("Port ", number, " is free (", port.what, ").");
    return check;
  }
  check.verdict = Verdict::kFail;
  check.code = port.holder.empty() ? "port.taken" : "port.taken.by";
  check.values.emplace_back("holder", port.holder);
  check.text =
      Cat("Port ", number, " (", port.what, ") is taken", port.holder.empty() ? "" : Cat(" by ", port.holder), ".");
  return Command(std::move(check), "sandbox start --port-base 31000");
}

Check CheckConfig(const Findings& found) {
  Check check{"config",
              Verdict::kOk,
              "config.ok",
              Cat(found.config_file, " has no mistake."),
              "",
              false,
              {{"path", found.config_file}}};
  if (found.config_error.empty()) return check;
  check.verdict = Verdict::kFail;
  check.code = "config.wrong";
  check.values.emplace_back("why", found.config_error);
  check.text = Cat(found.config_error, ".");
  return Advice(std::move(check), Cat("Correct ", found.config_file, ", or remove the line."));
}

Check CheckHome(const Findings& found) {
  Check check{"home", Verdict::kOk, "home.ok", Cat(found.home, " can be written."), "", false, {{"path", found.home}}};
  if (found.home_error.empty() && found.home_network.empty()) return check;
  if (found.home_error.empty()) {
    check.verdict = Verdict::kWarn;
    check.code = "home.network";
    check.values.emplace_back("type", found.home_network);
    check.text = Cat(found.home, " is another machine's (", found.home_network,
                     "): its locks and syncs may not keep what the database needs, and everything takes longer.");
    return Advice(std::move(check), "Choose a folder on a disk of this machine with --home or SANDBOX_HOME.");
  }
  check.verdict = Verdict::kFail;
  check.code = "home.closed";
  check.values.emplace_back("why", found.home_error);
  check.text = Cat(found.home, " cannot be written: ", found.home_error, ".");
  if (!found.home_denied) {
    check.code = "home.unfit";
    return Advice(std::move(check), "Choose another home with --home.");
  }
  return Command(std::move(check), Cat("sudo chown -R \"$USER\" ", found.home));
}

Check CheckOpenFiles(uint64_t most, bool runs) {
  const std::string number = std::to_string(most);
  Check check{"files", Verdict::kOk, "files.ok",        Cat(number, " files may be open at once."),
              "",      false,        {{"most", number}}};
  if (most >= kOpenFilesWarn) return check;
  check.verdict = Verdict::kWarn;
  check.code = "files.few";
  check.text = Cat("Only ", number, " files may be open at once: many tasks and clients at once need more.");
  std::string command = "ulimit -n \"$(ulimit -Hn)\"";
  if (runs) command += " && sandbox stop && sandbox start";  // which keeps the limit of its start
  return Command(std::move(check), std::move(command));
}

Check CheckImages(const std::vector<ImageFound>& missing) {
  Check check{"images", Verdict::kOk, "images.ok", "Every image that registered tasks name is there.", "", false, {}};
  if (missing.empty()) return check;
  check.verdict = Verdict::kWarn;
  check.code = "images.missing";
  std::string names;
  for (const ImageFound& each : missing) names += (names.empty() ? "" : ", ") + each.reference;
  check.values = {{"names", names}, {"count", std::to_string(missing.size())}};
  check.text = Cat("Registered tasks name images that are not here: ", names, ".");
  if (missing.size() == 1) return Command(std::move(check), missing.front().command);
  std::string commands;
  for (const ImageFound& each : missing) commands += Cat(commands.empty() ? "" : "; ", each.command);
  return Advice(std::move(check), Cat("For each of them: ", commands));
}

}  // namespace

std::vector<Check> Examine(const Findings& found) {
  std::vector<Check> out = {CheckEngine(found.engine)};
  for (const PortFound& port : found.ports) out.push_back(CheckPort(port));
  out.push_back(CheckConfig(found));
  out.push_back(CheckHome(found));
  if (found.disk) out.push_back(CheckDisk(*found.disk));
  if (found.memory_available_bytes) out.push_back(CheckMemory(*found.memory_available_bytes));
  if (found.engine.clock_ahead) out.push_back(CheckClock(*found.engine.clock_ahead));
  if (!found.architecture.empty() && !found.engine.architecture.empty())
    out.push_back(CheckArchitecture(found.architecture, found.engine.architecture));
  if (found.proxy) out.push_back(CheckProxy(*found.proxy));
  const auto is_ours = [](const PortFound& port) { return port.state == PortFound::State::kOurs; };
  if (found.open_files_max)
    out.push_back(CheckOpenFiles(*found.open_files_max, std::ranges::any_of(found.ports, is_ours)));
  if (found.images_missing) out.push_back(CheckImages(*found.images_missing));
  if (found.reach) std::ranges::move(CheckReach(*found.reach), std::back_inserter(out));
  return out;
}

namespace {

nlohmann::json Row(const Check& check) {
  static constexpr const char* kVerdicts[] = {"OK", "WARN", "FAIL"};
  nlohmann::json values = nlohmann::json::object();
  for (const auto& [name, value] : check.values) values[name] = value;
  return {{"id", check.id},
          {"verdict", kVerdicts[static_cast<size_t>(check.verdict)]},
          {"code", check.code},
          {"text", check.text},
          {"fix", check.fix.empty() ? nlohmann::json() : nlohmann::json(check.fix)},
          {"fix_is_command", check.fix_is_command},
          {"values", std::move(values)}};
}

}  // namespace

void AddChecks(nlohmann::json& report, const std::vector<Check>& checks) {
  nlohmann::json& rows = report["checks"];
  for (const Check& check : checks) {
    const auto same = std::ranges::find_if(rows, [&](const nlohmann::json& row) { return row["id"] == check.id; });
    if (same == rows.end()) {
      rows.push_back(Row(check));
    } else {
      *same = Row(check);
    }
  }
  for (const auto& [count, verdict] : {std::pair{"ok", "OK"}, std::pair{"warn", "WARN"}, std::pair{"fail", "FAIL"}})
    report[count] = std::ranges::count_if(rows, [&](const nlohmann::json& row) { return row["verdict"] == verdict; });
}

nlohmann::json ToJson(const std::vector<Check>& checks) {
  nlohmann::json out = {{"checks", nlohmann::json::array()}};
  AddChecks(out, checks);
  return out;
}

}  // namespace sandbox::doctor
