// SPDX-License-Identifier: Apache-2.0
// Any bytes as boxes: none may break the reader, and what a box was read as, it is written as and read as again.
#include <cstdlib>
#include <vector>

#include "media/bmff/fragment_boxes.h"
#include "media/bmff/group_boxes.h"
#include "media/bmff/index_boxes.h"
#include "media/bmff/loudness_boxes.h"
#include "media/bmff/movie_boxes.h"
#include "media/bmff/sample_entry.h"
#include "media/bmff/sample_entry_boxes.h"

using namespace segue::media;
using namespace segue::media::bmff;

namespace {

template <class T>
void check(const Box& box) {
  if (box.type != T::kType) return;
  auto first = parse<T>(box);
  if (!first) return;
  std::vector<std::uint8_t> written, again;
  write(written, *first);
  Boxes boxes(written, 0);
  Box copy;
  if (!boxes.next(copy)) std::abort();
  auto second = parse<T>(copy);
  if (!second) std::abort();
  write(again, *second);
  if (again != written) std::abort();
}

template <class... Types>
void check_all(const Box& box) {
  (check<Types>(box), ...);
}

void walk(Boxes boxes) {
  for (Box box; boxes.next(box);) {
    check_all<Ftyp, Styp, Mvhd, Tkhd, Mdhd, Hdlr, Elng, Elst, Mehd, Trex, Mfhd, Tfhd, Tfdt, Trun, Sidx, Ssix, Sgpd, Sbgp, Tlou, Alou, Esds,
              Btrt, Colr, Pasp, Chnl, DfLa>(box);
    TrackConfig track;
    if (read_sample_entry(box, track)) {
      std::vector<std::uint8_t> out;
      write_sample_entry(out, track);
    }
    walk(Boxes(box));
  }
  if (!boxes.ok() && boxes.error().message.empty()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  walk(Boxes({data, size}, 0));
  return 0;
}
