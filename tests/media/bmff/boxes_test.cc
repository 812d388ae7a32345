// SPDX-License-Identifier: Apache-2.0
// Each box as literal bytes: it is written so, and what was read from them is written as the same bytes again. Cut anywhere, it is
// either refused or, where a later edition's fields are cut, read as it was.
#include <functional>

#include "media/bmff/fragment_boxes.h"
#include "media/bmff/group_boxes.h"
#include "media/bmff/index_boxes.h"
#include "media/bmff/loudness_boxes.h"
#include "media/bmff/movie_boxes.h"
#include "media/bmff/sample_entry_boxes.h"
#include "tests/catch.h"
#include "tests/hex.h"

using namespace segue;
using namespace segue::media::bmff;

namespace {

using Buffer = std::vector<std::uint8_t>;

Box only_box(const Buffer& bytes) {
  Boxes boxes(bytes, 0);
  Box box;
  REQUIRE(boxes.next(box));
  return box;
}

template <class T>
void check(const T& value, std::string_view literal) {
  Buffer written;
  write(written, value);
  const Buffer expected = hex(literal);
  CHECK(as_hex(written) == as_hex(expected));
  const Box box = only_box(expected);
  CHECK(box.type == T::kType);
  auto read = parse<T>(box);
  if (!read) FAIL(read.error().message);
  Buffer again;
  write(again, *read);
  CHECK(as_hex(again) == as_hex(expected));
  // The payload cut at each byte: the reader looks at nothing behind the cut (the sanitizers watch).
  for (std::size_t length = 0; length < box.payload.size(); ++length) {
    const Buffer part(box.payload.begin(), box.payload.begin() + static_cast<std::ptrdiff_t>(length));
    Box cut = box;
    cut.payload = part;
    auto result = parse<T>(cut);
    if (!result) CHECK(result.error().message.find(text_of(T::kType) + " at 0: ") == 0);
  }
}

}  // namespace

TEST_CASE("boxes of a movie") {
  Ftyp ftyp;
  ftyp.major = fourcc("cmfc");
  ftyp.compatible = {fourcc("cmfc"), fourcc("iso6")};
  check(ftyp, "00000018 'ftyp' 'cmfc' 00000000 'cmfc' 'iso6'");
  check(Mvhd{44100, 0, 2},
        "0000006c 'mvhd' 00000000 00000000 00000000 0000ac44 00000000 00010000 0100 0000 00000000 00000000"
        "00010000 00000000 00000000 00000000 00010000 00000000 00000000 00000000 40000000"
        "00000000 00000000 00000000 00000000 00000000 00000000 00000002");
  Tkhd tkhd;
  tkhd.audible = true;
  check(tkhd,
        "0000005c 'tkhd' 00000007 00000000 00000000 00000001 00000000 00000000 00000000 00000000 0000 0000 0100 0000"
        "00010000 00000000 00000000 00000000 00010000 00000000 00000000 00000000 40000000 00000000 00000000");
  check(Mdhd{48000, 0, 0x55c4}, "00000020 'mdhd' 00000000 00000000 00000000 0000bb80 00000000 55c4 0000");
  check(Mdhd{48000, 0x100000000, 0x55c4}, "0000002c 'mdhd' 01000000 0000000000000000 0000000000000000 0000bb80 0000000100000000 55c4 0000");
  check(Hdlr{fourcc("soun"), "Main"}, "00000025 'hdlr' 00000000 00000000 'soun' 00000000 00000000 00000000 'Main' 00");
  check(Elng{"pt-BR"}, "00000012 'elng' 00000000 'pt-BR' 00");
  check(Elst{{{0, 1024, 1}}}, "0000001c 'elst' 00000000 00000001 00000000 00000400 00010000");
  check(Elst{{{7, -1, 1}, {0x100000000, 5, 1}}},
        "00000038 'elst' 01000000 00000002 0000000000000007 ffffffffffffffff 00010000 0000000100000000 0000000000000005 00010000");
  check(Mehd{441000}, "00000010 'mehd' 00000000 0006baa8");
  check(Trex{1, 1, 1024, 0, kSyncSample}, "00000020 'trex' 00000000 00000001 00000001 00000400 00000000 02000000");
}

TEST_CASE("boxes of a fragment") {
  check(Mfhd{7}, "00000010 'mfhd' 00000000 00000007");
  check(Tfhd{}, "00000010 'tfhd' 00020000 00000001");
  Tfhd tfhd;
  tfhd.flags |= Tfhd::kDuration | Tfhd::kSize;
  tfhd.sample_duration = 1024;
  tfhd.sample_size = 512;
  check(tfhd, "00000018 'tfhd' 00020018 00000001 00000400 00000200");
  check(Tfdt{0x123456789}, "00000014 'tfdt' 01000000 0000000123456789");
  Trun trun;
  trun.flags = Trun::kDataOffset | Trun::kFirstFlags | Trun::kSize | Trun::kComposition;
  trun.data_offset = 100;
  trun.first_sample_flags = kSyncSample;
  trun.samples = {{0, 9, 0, 0}, {0, 8, 0, -1001}};
  check(trun, "00000028 'trun' 01000a05 00000002 00000064 02000000 00000009 00000000 00000008 fffffc17");
}

TEST_CASE("boxes of an index") {
  Sidx sidx;
  sidx.header.timescale = 48000;
  sidx.header.earliest_presentation_time = 0x100000001;
  sidx.header.first_offset = 24;
  sidx.references = {{false, 16000, 48000, true, 1, 0}, {true, 0x7FFFFFFF, 1, false, 3, 0x0FFFFFFF}};
  check(sidx,
        "00000040 'sidx' 01000000 00000001 0000bb80 0000000100000001 0000000000000018 0000 0002"
        "00003e80 0000bb80 90000000 ffffffff 00000001 3fffffff");
  check(Ssix{{{{0, 500}, {1, 0xFFFFFF}}, {}}}, "00000020 'ssix' 00000000 00000002 00000002 000001f4 01ffffff 00000000");
}

TEST_CASE("sample groups count access units") {
  check(Sgpd{fourcc("roll"), {-4}}, "0000001a 'sgpd' 01000000 'roll' 00000002 00000001 fffc");
  check(Sbgp{fourcc("roll"), {{188, 1}}}, "0000001c 'sbgp' 00000000 'roll' 00000001 000000bc 00000001");
}

TEST_CASE("loudness is coded as ISO/IEC 23003-4 says") {
  // -14 LUFS: (57.75 - 14) * 4 = 175; range 6.5 LU: 26; peaks -1 and -0.5 dB: 672 and 656.
  const media::Loudness loudness{-14.0, 6.5, -0.5, -1.0};
  check(Tlou{coded(loudness)}, "00000019 'tlou' 00000000 0000 2a0 290 23 02 01af13 061a13");
  check(Alou{}, "00000013 'alou' 00000000 0000 000 000 23 00");
  const media::Loudness back = decoded(coded(loudness));
  CHECK(back.integrated_lufs == Approx(-14));
  CHECK(back.range_lu == Approx(6.5));
  CHECK(back.true_peak_dbtp == Approx(-0.5));
  CHECK(back.sample_peak_dbfs == Approx(-1));
  CHECK(coded({-HUGE_VAL, 0, -HUGE_VAL, -HUGE_VAL}).measurements.size() == 1);
}

TEST_CASE("boxes of a sample entry") {
  Esds esds;
  esds.max_bit_rate = 140000;
  esds.average_bit_rate = 128000;
  esds.config = {0x12, 0x10};
  check(esds, "00000027 'esds' 00000000 0319 0000 00 0411 40 15 000000 000222e0 0001f400 0502 1210 0601 02");
  esds.config.resize(200);
  Buffer written;
  write(written, esds);
  CHECK(parse<Esds>(only_box(written))->config.size() == 200);
  check(Btrt{0, 2, 1}, "00000014 'btrt' 00000000 00000002 00000001");
  Colr colr;
  colr.primaries = 9;
  colr.transfer = 16;
  colr.matrix = 9;
  check(colr, "00000013 'colr' 'nclx' 0009 0010 0009 00");
  check(Pasp{4, 3}, "00000010 'pasp' 00000004 00000003");
  check(Chnl{{0, 1, 2, 3}}, "00000012 'chnl' 00000000 01 00 00010203");
  check(DfLa{{0x80, 0, 0, 0}}, "00000010 'dfLa' 00000000 80000000");
}

TEST_CASE("a long descriptor length of four bytes is read") {
  const Buffer bytes =
      hex("00000033 'esds' 00000000 0380808022 0000 00 0480808014 40 15 000000 00000000 00000000 0580808002 1190 068080800102");
  auto esds = parse<Esds>(only_box(bytes));
  REQUIRE(esds);
  CHECK(esds->config == Buffer{0x11, 0x90});
}

TEST_CASE("an error names the box, its place, what is there and what is needed") {
  const auto message = [](std::string_view literal) {
    static Buffer bytes;
    bytes = hex(literal);
    Boxes boxes(bytes, 1800);
    Box moof, traf, box;
    REQUIRE(boxes.next(moof));
    Boxes outer(moof);
    REQUIRE(outer.next(traf));
    Boxes inner(traf);
    if (!inner.next(box)) return inner.error().message;
    if (box.type == Tfdt::kType) return parse<Tfdt>(box).error().message;
    if (box.type == Trun::kType) return parse<Trun>(box).error().message;
    return parse<Sidx>(box).error().message;
  };
  CHECK(message("0000001f 'moof' 00000017 'traf' 0000000f 'tfdt' 01000000 000000") ==
        "moof/traf/tfdt at 1816: 3 bytes left at its byte 4, need 8");
  CHECK(message("00000020 'moof' 00000018 'traf' 00000010 'trun' 00000200 ffffffff") ==
        "moof/traf/trun at 1816: 4294967295 samples, expected at most 2097152");
  CHECK(message("00000020 'moof' 00000018 'traf' 00000010 'trun' 00000200 00000002") ==
        "moof/traf/trun at 1816: 2 entries of 4 bytes, 0 bytes left");
  CHECK(message("00000018 'moof' 00000010 'traf' 00000010 'tfdt'") == "moof/traf/tfdt at 1816: size 16, expected 8 to 8");
  CHECK(message("00000018 'moof' 00000010 'traf' 00000003 'tf' 0001") == "moof/traf/tf\\x00\\x01 at 1816: size 3, expected 8 to 8");
}

TEST_CASE("a box may take 64 bits for its size, or all that is left") {
  const Buffer bytes = hex("00000001 'mfhd' 0000000000000018 00000000 00000005 00000000 'free' 0102");
  Boxes boxes(bytes, 0);
  Box box;
  REQUIRE(boxes.next(box));
  CHECK(box.payload_offset() == 16);
  CHECK(parse<Mfhd>(box)->sequence_number == 5);
  REQUIRE(boxes.next(box));
  CHECK(box.payload.size() == 2);
  CHECK_FALSE(boxes.next(box));
  CHECK(boxes.ok());
}

TEST_CASE("boxes nested without end are given up") {
  Buffer bytes;
  for (int depth = 40; depth > 0; --depth) {
    const auto size = static_cast<std::uint8_t>(depth * 8 > 255 ? 255 : depth * 8);
    for (const int byte : {0, 0, depth * 8 >> 8, static_cast<int>(size)}) bytes.push_back(static_cast<std::uint8_t>(byte));
    for (const char c : std::string("moov")) bytes.push_back(static_cast<std::uint8_t>(c));
  }
  for (std::size_t i = 0; i < 40; ++i) {
    const std::size_t size = (40 - i) * 8;
    bytes[i * 8 + 2] = static_cast<std::uint8_t>(size >> 8);
    bytes[i * 8 + 3] = static_cast<std::uint8_t>(size);
  }
  int depth = 0;
  const std::function<void(const Box&)> descend = [&](const Box& box) {
    ++depth;
    Boxes children(box);
    for (Box child; children.next(child);) descend(child);
  };
  Boxes boxes(bytes, 0);
  for (Box box; boxes.next(box);) descend(box);
  CHECK(depth == 17);
}

TEST_CASE("languages are written with three letters and read with the fewest") {
  CHECK(unpack_language(pack_language("en")) == "en");
  CHECK(unpack_language(pack_language("deu")) == "de");
  CHECK(unpack_language(pack_language("pt-BR")) == "pt");
  CHECK(unpack_language(pack_language("haw")) == "haw");
  CHECK(unpack_language(pack_language("xx")) == "und");
  CHECK(unpack_language(0) == "und");
}
