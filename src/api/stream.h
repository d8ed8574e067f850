#pragma once

// Answers of a method that streams, on their way to one reader.

#include <google/protobuf/message.h>

#include <functional>

#include "sandbox/base/error.h"

namespace sandbox::api {

// Thread: any. Held by the method for as long as it has answers to give; nothing of it blocks.
class AnswerStream {
 public:
  virtual ~AnswerStream() = default;
  // Answers are sent in the order of the calls. False when nothing more is wanted: the reader has left, leaves too many
  // unread, or the stream has ended.
  virtual bool Write(const google::protobuf::Message& answer) = 0;
  // After the answers so far. Only the first call counts.
  virtual void End(Status status) = 0;
  // Called once, when nothing more is wanted for another reason than End; at once when that is so already.
  virtual void OnLeft(std::function<void()> callback) = 0;
};

// How many answers may wait for a reader. One that is slower is ended with RESOURCE_EXHAUSTED.
inline constexpr size_t kAnswersWaitingMax = 1000;
inline Error ReaderTooSlow() {
  return {Code::kResourceExhausted, "READER_TOO_SLOW",
          Cat("the reader left ", kAnswersWaitingMax, " answers unread; read faster, or ask again")};
}

}  // namespace sandbox::api
