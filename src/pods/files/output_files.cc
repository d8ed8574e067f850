#include "pods/files/output_files.h"

#include <algorithm>

#include "flyteidl/core/errors.pb.h"
#include "pods/files/parse_value.h"
#include "pods/files/plain_value.h"
#include "values/stored_values.h"

namespace sandbox::pods {
namespace {

namespace core = flyteidl::core;
using Kind = TarTree::Node::Kind;

constexpr uint64_t kSimpleBytesMax = 1024;
constexpr uint64_t kErrorBytesMax = 1 << 20;
constexpr size_t kOutputPieceBytes = 1 << 20;
constexpr char kErrorFile[] = "_ERROR";

// What the output's name stands for; without such a file, the only one with that name and an extension.
Result<std::string> FindOutput(const TarTree& tree, const std::string& name) {
  auto found = tree.Resolve(name);
  if (found || found.error().code != Code::kNotFound) return found;
  std::vector<std::string> candidates;
  for (const std::string& each : tree.Names("")) {
    if (each.starts_with(name + ".")) candidates.push_back(each);
  }
  if (candidates.empty()) return found;
  if (candidates.size() > 1)
    return InvalidArgument(Cat("several files have that name: ", candidates[0], ", ", candidates[1]));
  return tree.Resolve(candidates[0]);
}

Result<core::Literal> ReadSimple(const TarTree& tree, const std::string& path, core::SimpleType type) {
  const TarTree::Node& node = tree.At(path);
  if (node.kind == Kind::kDirectory)
    return InvalidArgument(Cat("a file was expected for ", core::SimpleType_Name(type), ", and it is a directory"));
  if (node.kind != Kind::kFile) return InvalidArgument("it is no regular file");
  if (node.size > kSimpleBytesMax)
    return InvalidArgument(Cat("the file has ", node.size, " bytes, and ", kSimpleBytesMax, " are allowed"));
  const auto text = tree.ReadAt(node, 0, node.size);
  if (!text) return std::unexpected(text.error());
  return ParseSimple(type, *text);
}

Status CopyToObject(ObjectStore& objects, const TarTree& tree, const TarTree::Node& node, const std::string& uri) {
  const auto place = ParseObjectUri(uri);
  if (!place) return std::unexpected(place.error());
  auto writer = objects.Create(place->bucket, place->key, {Durability::kSynced});
  if (!writer) return std::unexpected(std::move(writer.error()));
  for (uint64_t at = 0; at < node.size;) {
    const auto piece = tree.ReadAt(node, at, kOutputPieceBytes);
    if (!piece) return std::unexpected(piece.error());
    if (piece->empty()) return Internal("the archive ends too early");
    if (auto appended = (*writer)->Append(*piece); !appended) return appended;
    at += piece->size();
  }
  auto committed = (*writer)->Commit();
  if (!committed) return std::unexpected(std::move(committed.error()));
  return {};
}

// Upstream keeps the names of the files only, however deep they lie.
Status CopyFolder(ObjectStore& objects, const TarTree& tree, const std::string& path, const std::string& uri) {
  for (const std::string& below : tree.Below(path)) {
    if (tree.At(below).kind == Kind::kDirectory) continue;
    const auto resolved = tree.Resolve(below);
    if (!resolved) return std::unexpected(resolved.error());
    const TarTree::Node& node = tree.At(*resolved);
    if (node.kind == Kind::kDirectory) continue;
    if (node.kind != Kind::kFile) return InvalidArgument(Cat(below, " is no regular file"));
    if (auto copied = CopyToObject(objects, tree, node, Cat(uri, "/", below.substr(below.rfind('/') + 1))); !copied)
      return copied;
  }
  return {};
}

Result<core::Literal> ReadBlob(ObjectStore& objects, const TarTree& tree, const std::string& path,
                               const std::string& uri) {
  const TarTree::Node& node = tree.At(path);
  const bool folder = node.kind == Kind::kDirectory;
  if (!folder && node.kind != Kind::kFile) return InvalidArgument("it is no regular file");
  auto copied = folder ? CopyFolder(objects, tree, path, uri) : CopyToObject(objects, tree, node, uri);
  if (!copied) return std::unexpected(std::move(copied.error()));
  core::Literal out;
  core::Blob& blob = *out.mutable_scalar()->mutable_blob();
  blob.set_uri(uri);
  blob.mutable_metadata()->mutable_type()->set_dimensionality(folder ? core::BlobType::MULTIPART
                                                                     : core::BlobType::SINGLE);
  return out;
}

// The task's own word that it failed.
Status UserError(const TarTree& tree) {
  const auto found = tree.Resolve(kErrorFile);
  if (!found) return found.error().code == Code::kNotFound ? Status{} : std::unexpected(found.error());
  const TarTree::Node& node = tree.At(*found);
  if (node.kind != Kind::kFile) return InvalidArgument(Cat(kErrorFile, " is no regular file"));
  if (node.size > kErrorBytesMax)
    return InvalidArgument(Cat(kErrorFile, " has ", node.size, " bytes, and ", kErrorBytesMax, " are allowed"));
  const auto text = tree.ReadAt(node, 0, node.size);
  if (!text) return std::unexpected(text.error());
  return InvalidArgument(Cat("User Error: ", *text));
}

Result<core::LiteralMap> ReadArchive(ObjectStore& objects, const FileInterface& files) {
  core::VariableMap outputs;
  if (!outputs.ParseFromString(files.outputs)) return Internal("the declared outputs cannot be read");
  auto tree = TarTree::Open(files.output_archive, files.output_path);
  if (!tree) return std::unexpected(std::move(tree.error()));
  return ReadOutputs(objects, *tree, outputs, files.raw_prefix);
}

std::string ErrorDocument(const std::string& message) {
  core::ErrorDocument document;
  core::ContainerError& error = *document.mutable_error();
  error.set_code("OutputUploadFailed");
  error.set_message(message);
  error.set_kind(core::ContainerError::RECOVERABLE);
  return document.SerializeAsString();
}

}  // namespace

Result<core::LiteralMap> ReadOutputs(ObjectStore& objects, const TarTree& tree, const core::VariableMap& outputs,
                                     const std::string& raw_prefix) {
  if (auto failed = UserError(tree); !failed) return std::unexpected(std::move(failed.error()));
  core::LiteralMap out;
  const std::map<std::string, core::Variable> sorted(outputs.variables().begin(), outputs.variables().end());
  for (const auto& [name, variable] : sorted) {
    if (!variable.type().has_simple() && !variable.type().has_blob())
      return InvalidArgument(Cat("output [", name, "]: a file cannot have the declared type"));
  }
  for (const auto& [name, variable] : sorted) {
    const auto path = FindOutput(tree, name);
    auto literal = !path                        ? Result<core::Literal>(std::unexpected(path.error()))
                   : variable.type().has_blob() ? ReadBlob(objects, tree, *path, Cat(raw_prefix, "/", name))
                                                : ReadSimple(tree, *path, variable.type().simple());
    if (!literal) {
      literal.error().message = Cat("output [", name, "]: ", literal.error().message);
      return std::unexpected(std::move(literal.error()));
    }
    (*out.mutable_literals())[name] = std::move(*literal);
  }
  return out;
}

std::string StoreOutputs(ObjectStore& objects, const FileInterface& files, const std::string& trouble) {
  auto outputs = trouble.empty() ? ReadArchive(objects, files) : Result<core::LiteralMap>(Internal(trouble));
  if (outputs) {
    const auto written = values::WriteObject(objects, files.output_prefix + "/outputs.pb", outputs->SerializeAsString(),
                                             Durability::kSynced);
    if (written) return "";
    outputs = std::unexpected(written.error());
  }
  const std::string message = MessageText(outputs.error().message);
  const auto written =
      values::WriteObject(objects, files.output_prefix + "/errors.pb", ErrorDocument(message), Durability::kCached);
  return written ? message : Cat(message, "; ", written.error().message);
}

}  // namespace sandbox::pods
