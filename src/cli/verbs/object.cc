#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "cli/table.h"
#include "cli/times.h"
#include "cli/verbs/all.h"

namespace sandbox::cli {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr std::string_view kScheme = "s3://";

struct ObjectValues {
  std::string from, to;
  bool deep = false;
};

void ObjectListOptions(Options& options, ObjectValues& values) {
  options.OptionalArgument("URI", values.from, "s3://BUCKET/PREFIX; without it the buckets");
  options.Flag("-r,--recursive", values.deep, "everything below it, not folder by folder");
}
void ObjectOptions(Options& options, ObjectValues& values) { options.Argument("URI", values.from, "s3://BUCKET/KEY"); }
void ObjectCopyOptions(Options& options, ObjectValues& values) {
  options.Argument("FROM", values.from, "a file, or s3://BUCKET/KEY");
  options.Argument("TO", values.to, "the same; of a folder (or what ends with /) the file in it");
}

bool IsAddress(const std::string& text) { return text.starts_with(kScheme); }
// What was typed without the scheme is an address, too, where only addresses go.
std::string Address(const std::string& text) { return IsAddress(text) ? text : Cat(kScheme, text); }

int Missing(const Context& context, const Error& error, const std::string& uri) {
  if (error.code != Code::kNotFound) return Complain(error);
  const std::string folder = uri.substr(0, uri.rfind('/') + 1);
  return Complain(kExitOther, Cat("there is no object ", uri, "; ",
                                  CommandLine(context, Cat("object ls ", folder == kScheme ? "" : folder)),
                                  " lists what there is"));
}

// Every page of it as one answer.
Result<json> ListAll(Client& client, const std::string& uri, bool deep) {
  json folders = json::array(), objects = json::array();
  for (std::string token;;) {
    const auto page = client.Objects(uri, deep, token);
    if (!page) return std::unexpected(page.error());
    for (const json& folder : page->at("folders")) folders.push_back(folder);
    for (const json& object : page->at("objects")) objects.push_back(object);
    if (!page->at("next").is_string())
      return json{{"uri", uri}, {"folders", folders}, {"objects", objects}, {"next", nullptr}};
    token = page->at("next");
  }
}

int RunObjectList(const Context& context, const ObjectValues& values) {
  auto client = context.Connect();
  if (!client) return Complain(client.error());
  const std::string uri = Address(values.from);
  const auto list = ListAll(*client, uri, values.deep);
  if (!list) return Missing(context, list.error(), uri);
  if (list->at("folders").empty() && list->at("objects").empty())
    return Complain(kExitOther,
                    Cat("there is nothing at ", uri, "; ", CommandLine(context, "object ls"), " lists the buckets"));
  if (context.printer.IsData()) return context.printer.Data(*list), kExitOk;
  Table table({{"SIZE"}, {"CHANGED"}, {.title = "TYPE", .wide = true}, {"URI", Table::Cut::kStart}});
  for (const json& folder : list->at("folders")) table.Row({"", "", "folder", TextAt(folder, "uri")});
  for (const json& object : list->at("objects")) {
    table.Row({SizeText(object.at("size")), TextAt(object, "modified_at").substr(0, 19), TextAt(object, "type"),
               TextAt(object, "uri")});
  }
  table.Print(context.printer.IsWide());
  return kExitOk;
}

int RunObjectCat(const Context& context, const ObjectValues& values) {
  auto client = context.Connect();
  if (!client) return Complain(client.error());
  const std::string uri = Address(values.from);
  const Status sent =
      client->ObjectContent(uri, [](std::string_view piece) { std::fwrite(piece.data(), 1, piece.size(), stdout); });
  return sent ? kExitOk : Missing(context, sent.error(), uri);
}

int RunObjectRemove(const Context& context, const ObjectValues& values) {
  auto client = context.Connect();
  if (!client) return Complain(client.error());
  const std::string uri = Address(values.from);
  const auto removed = client->RemoveObject(uri);
  if (!removed) return Missing(context, removed.error(), uri);
  if (context.printer.IsData()) return context.printer.Data(*removed), kExitOk;
  std::printf("removed %s\n", uri.c_str());
  return kExitOk;
}

std::string LastName(const std::string& path) { return path.substr(path.rfind('/') + 1); }  // npos + 1 is 0

Result<std::string> ReadFrom(Client& client, const std::string& from) {
  if (!IsAddress(from)) {
    std::ifstream file(from, std::ios::binary);
    if (!file || fs::is_directory(from)) return InvalidArgument(Cat("cannot read the file ", from));
    return std::string((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  }
  std::string bytes;
  if (Status read = client.ObjectContent(from, [&](std::string_view piece) { bytes.append(piece); }); !read)
    return std::unexpected(read.error());
  return bytes;
}

// Piece by piece into a file beside it, which takes its name at the end.
Status Download(Client& client, const std::string& from, const std::string& to) {
  const std::string part = to + ".part";
  std::ofstream file(part, std::ios::binary);
  if (!file) return Internal(Cat("cannot write ", part));
  const Status read = client.ObjectContent(
      from, [&](std::string_view piece) { file.write(piece.data(), static_cast<std::streamsize>(piece.size())); });
  file.close();
  std::error_code failure;
  if (read && file) fs::rename(part, to, failure);
  if (read && file && !failure) return {};
  std::error_code ignored;
  fs::remove(part, ignored);
  return read ? Status(Internal(Cat("cannot write ", to))) : read;
}

int RunObjectCopy(const Context& context, const ObjectValues& values) {
  const std::string& from = values.from;
  std::string to = values.to;
  if (!IsAddress(from) && !IsAddress(to))
    return Complain(kExitUsage, Cat("one of the two has to be s3://BUCKET/KEY: neither ", from, " nor ", to, " is"));
  if (to.ends_with('/') || (!IsAddress(to) && fs::is_directory(to)))
    to = Cat(to, to.ends_with('/') ? "" : "/", LastName(from));
  auto client = context.Connect();
  if (!client) return Complain(client.error());
  int64_t size = 0;
  if (!IsAddress(to)) {
    if (Status loaded = Download(*client, from, to); !loaded) return Missing(context, loaded.error(), from);
    size = static_cast<int64_t>(fs::file_size(to));
  } else {
    auto bytes = ReadFrom(*client, from);
    if (!bytes) return IsAddress(from) ? Missing(context, bytes.error(), from) : Complain(bytes.error());
    const auto stored = client->PutObject(to, *std::move(bytes));
    if (!stored) return Complain(stored.error());
    size = stored->at("size");
  }
  if (context.printer.IsData()) {
    context.printer.Data(json{{"from", from}, {"to", to}, {"size", size}});
  } else if (!context.quiet) {
    std::printf("%s  %s\n", to.c_str(), SizeText(size).c_str());
  }
  return kExitOk;
}

}  // namespace

Verb ListObjectsVerb() {
  return {"object ls",
          kObjects,
          "buckets, folders and objects",
          "sandbox object ls s3://my-s3-bucket/\nsandbox object ls -r s3://my-s3-bucket/metadata",
          "/folders/*/uri|/objects/*/uri",
          With(ObjectListOptions, RunObjectList),
          "s3 bucket objects files"};
}
Verb CopyObjectVerb() {
  return {"object cp",
          kObjects,
          "a file into the store, or out of it",
          "sandbox object cp data.csv s3://my-s3-bucket/data/\nsandbox object cp s3://my-s3-bucket/data/data.csv .",
          "/to",
          With(ObjectCopyOptions, RunObjectCopy),
          "upload download put"};
}
Verb CatObjectVerb() {
  return {"object cat",
          kObjects,
          "the bytes of an object",
          "sandbox object cat s3://my-s3-bucket/data/data.csv",
          kNoNames,
          With(ObjectOptions, RunObjectCat)};
}
Verb RemoveObjectVerb() {
  return {"object rm",
          kObjects,
          "remove an object; refused for what a running execution needs",
          "sandbox object rm s3://my-s3-bucket/data/data.csv",
          "/uri",
          With(ObjectOptions, RunObjectRemove)};
}

}  // namespace sandbox::cli
