// What the Docker Engine answers: JSON, log frames, archives, names of images.

#include <cstdint>
#include <string>
#include <string_view>

#include "docker/codec.h"
#include "docker/frames.h"
#include "docker/image_reference.h"
#include "docker/tar.h"

using namespace sandbox;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string reply(text);
  (void)docker::DecodeCreated(reply);
  (void)docker::DecodeContainer(reply);
  (void)docker::DecodeContainers(reply);
  (void)docker::DecodeExit(reply);
  (void)docker::DecodeImage(reply);
  (void)docker::DecodeVersion(reply);
  (void)docker::DecodeInfo(reply);
  (void)docker::DecodeStats(reply);
  (void)docker::DecodePullLine(reply);
  (void)docker::DecodeMessage(reply);
  (void)docker::ParseEngineTime(text);
  (void)docker::ParseImageReference(text);
  (void)docker::FirstFileOfTar(text, 1 << 16);
  docker::LogPiece out;
  docker::FrameDecoder frames;
  if (frames.Feed(text.substr(0, size / 2), out) && frames.Feed(text.substr(size / 2), out)) (void)frames.Finish();
  if (out.bytes.size() > size) __builtin_trap();
  return 0;
}
