// SPDX-License-Identifier: Apache-2.0
#include "transcoder/language.h"

#include <algorithm>
#include <cctype>

namespace segue::transcoder {
namespace {

// Triples "b t s": bibliographic, terminological, short; where b and t are one, it stands once as "t s".
constexpr std::string_view kShort =
    "aar aa abk ab afr af aka ak alb=sqi sq amh am ara ar arg an arm=hye hy asm as ava av ave ae aym ay aze az bak ba bam bm baq=eus eu "
    "bel be "
    "ben bn bih bh bis bi bos bs bre br bul bg bur=mya my cat ca cha ch che ce chi=zho zh chu cu chv cv cor kw cos co cre cr cze=ces cs "
    "dan da "
    "div dv dut=nld nl dzo dz eng en epo eo est et ewe ee fao fo fij fj fin fi fre=fra fr fry fy ful ff geo=kat ka ger=deu de gla gd gle "
    "ga "
    "glg gl glv gv gre=ell el grn gn guj gu hat ht hau ha heb he her hz hin hi hmo ho hrv hr hun hu ibo ig ice=isl is ido io iii ii iku iu "
    "ile "
    "ie ina ia ind id ipk ik ita it jav jv jpn ja kal kl kan kn kas ks kau kr kaz kk khm km kik ki kin rw kir ky kom kv kon kg kor ko kua "
    "kj "
    "kur ku lao lo lat la lav lv lim li lin ln lit lt ltz lb lub lu lug lg mac=mkd mk mah mh mal ml mao=mri mi mar mr may=msa ms mlg mg "
    "mlt mt "
    "mon mn nau na nav nv nbl nr nde nd ndo ng nep ne nno nn nob nb nor no nya ny oci oc oji oj ori or orm om oss os pan pa per=fas fa pli "
    "pi "
    "pol pl por pt pus ps que qu roh rm rum=ron ro run rn rus ru sag sg san sa sin si slo=slk sk slv sl sme se smo sm sna sn snd sd som so "
    "sot "
    "st spa es srd sc srp sr ssw ss sun su swa sw swe sv tah ty tam ta tat tt tel te tgk tg tgl tl tha th tib=bod bo tir ti ton to tsn tn "
    "tso "
    "ts tuk tk tur tr twi tw uig ug ukr uk urd ur uzb uz ven ve vie vi vol vo wel=cym cy wln wa wol wo xho xh yid yi yor yo zha za zul zu ";

std::string_view shortest(std::string_view three) {
  for (std::size_t at = 0; at < kShort.size();) {
    const std::size_t space = kShort.find(' ', at);
    const std::string_view names = kShort.substr(at, space - at);
    const std::string_view two = kShort.substr(space + 1, 2);
    if (names.substr(0, 3) == three || (names.size() == 7 && names.substr(4) == three)) return two;
    at = space + 4;
  }
  return three;
}

bool well_formed(std::string_view tag) {
  if (tag.size() < 2 || tag.size() > 35 || tag.ends_with('-')) return false;
  std::size_t run = 0;
  for (const char c : tag) {
    if (c == '-') {
      if (run == 0) return false;
      run = 0;
    } else if (!std::isalnum(static_cast<unsigned char>(c)) || ++run > 8) {
      return false;
    }
  }
  const std::size_t primary = std::min(tag.find('-'), tag.size());
  return primary >= 2 && primary <= 8 &&
         std::all_of(tag.begin(), tag.begin() + static_cast<std::ptrdiff_t>(primary), [](unsigned char c) { return std::isalpha(c) != 0; });
}

}  // namespace

std::string bcp47(std::string_view tag) {
  std::string text(tag);
  std::replace(text.begin(), text.end(), '_', '-');
  if (!well_formed(text)) return "und";
  const std::size_t primary = std::min(text.find('-'), text.size());
  std::transform(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(primary), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const std::string language = text.substr(0, primary);
  if (language == "mis" || language == "mul" || language == "zxx" || language == "qaa") return "und";
  return (primary == 3 ? std::string(shortest(language)) : language) + text.substr(primary);
}

}  // namespace segue::transcoder
