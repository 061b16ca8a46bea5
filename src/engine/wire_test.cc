// SPDX-License-Identifier: MIT
#include "engine/wire.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <cmath>

namespace assay {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::ThrowsMessage;

std::vector<uint8_t> frame_of(std::vector<uint8_t> body) {
  const auto size = static_cast<uint32_t>(body.size());
  std::vector<uint8_t> frame;
  for (int shift = 0; shift < 32; shift += 8) frame.push_back(static_cast<uint8_t>(size >> shift));
  frame.insert(frame.end(), body.begin(), body.end());
  return frame;
}

json decode_one(const std::vector<uint8_t>& frame) {
  FrameDecoder decoder;
  decoder.feed(frame);
  return decoder.next().value();
}

const json kMessage = {{"type", "run"},    {"count", -7},     {"deep", {{"a", {1, 2.5, nullptr}}}},
                       {"on", true},       {"name", "größe"}, {"empty", json::array()},
                       {"big", 1ull << 63}};

TEST(Wire, gives_back_what_was_sent) {
  EXPECT_EQ(decode_one(encode_frame(kMessage)), kMessage);
}

TEST(Wire, starts_a_frame_with_its_length_in_little_endian) {
  const auto frame = encode_frame({{"a", 1}});
  EXPECT_EQ(frame, (std::vector<uint8_t>{4, 0, 0, 0, 0xa1, 0x61, 'a', 1}));
}

TEST(Wire, assembles_messages_from_single_bytes) {
  auto bytes = encode_frame(kMessage);
  const auto second = encode_frame({{"second", 2}});
  bytes.insert(bytes.end(), second.begin(), second.end());
  FrameDecoder decoder;
  std::vector<json> messages;
  for (const uint8_t byte : bytes) {
    decoder.feed({&byte, 1});
    while (auto message = decoder.next()) messages.push_back(*message);
  }
  EXPECT_EQ(messages, (std::vector<json>{kMessage, {{"second", 2}}}));
  EXPECT_EQ(decoder.pending(), 0u);
}

TEST(Wire, refuses_a_frame_above_the_limit_before_it_arrives) {
  FrameDecoder decoder;
  decoder.feed(std::vector<uint8_t>{0xff, 0xff, 0xff, 0xff});
  EXPECT_THAT([&] { decoder.next(); }, ThrowsMessage<WireError>(HasSubstr("4294967295")));
}

TEST(Wire, refuses_what_is_no_cbor_map) {
  EXPECT_THROW(decode_one(frame_of({})), WireError);
  EXPECT_THROW(decode_one(frame_of({0x01})), WireError) << "a number";
  EXPECT_THROW(decode_one(frame_of({0x80})), WireError) << "an array";
  EXPECT_THROW(decode_one(frame_of({0xa1, 0x61})), WireError) << "cut off";
  EXPECT_THROW(decode_one(frame_of({0xa0, 0x00})), WireError) << "bytes behind the map";
  EXPECT_THROW(decode_one(frame_of({0xa1, 0x61, 'a', 0x1c})), WireError) << "a reserved code";
}

TEST(Wire, stays_wrong_after_rubbish) {
  FrameDecoder decoder;
  decoder.feed(frame_of({0x01}));
  EXPECT_THROW(decoder.next(), WireError);
  decoder.feed(encode_frame(kMessage));
  EXPECT_THROW(decoder.next(), WireError);
}

TEST(Wire, refuses_a_message_so_deep_that_decoding_it_would_overflow_the_stack) {
  std::vector<uint8_t> body = {0xa1, 0x61, 'a'};
  body.insert(body.end(), 10'000'000, 0x81);
  body.push_back(0);
  EXPECT_THAT([&] { decode_one(frame_of(body)); }, ThrowsMessage<WireError>(HasSubstr("nested")));
}

TEST(Wire, refuses_a_list_that_claims_more_elements_than_there_are_bytes) {
  EXPECT_THROW(decode_one(frame_of({0xa1, 0x61, 'a', 0x9b, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0xff})),
               WireError);
}

TEST(Wire, repairs_strings_that_are_no_utf8) {
  const json message = decode_one(frame_of({0xa1, 0x62, 'k', 0xff, 0x62, 0xc3, 'v'}));
  EXPECT_EQ(message, (json{{"k\uFFFD", "\uFFFDv"}}));
  EXPECT_NO_THROW(message.dump());
}

class Pipe {
 public:
  Pipe() { EXPECT_EQ(pipe(x_ends), 0); }
  ~Pipe() {
    close(x_ends[0]);
    close_write();
  }
  int read_end() const { return x_ends[0]; }
  int write_end() const { return x_ends[1]; }
  void close_write() {
    if (x_ends[1] >= 0) close(x_ends[1]);
    x_ends[1] = -1;
  }

 private:
  int x_ends[2];
};

TEST(Wire, ends_quietly_between_messages_and_complains_inside_one) {
  Pipe quiet;
  write_frame(quiet.write_end(), kMessage);
  quiet.close_write();
  FrameDecoder decoder;
  EXPECT_EQ(read_frame(quiet.read_end(), decoder), kMessage);
  EXPECT_EQ(read_frame(quiet.read_end(), decoder), std::nullopt);

  Pipe cut;
  ASSERT_EQ(write(cut.write_end(), "\x09\0\0\0{", 5), 5);
  cut.close_write();
  FrameDecoder other;
  EXPECT_THAT([&] { read_frame(cut.read_end(), other); },
              ThrowsMessage<WireError>(HasSubstr("truncated")));
}

TEST(Wire, says_why_it_cannot_write) {
  EXPECT_THAT([] { write_frame(-1, kMessage); },
              ThrowsMessage<WireError>(HasSubstr("Bad file descriptor")));
}

}  // namespace
}  // namespace assay
