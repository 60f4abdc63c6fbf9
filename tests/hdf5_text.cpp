#include "tests/hdf5_text.hpp"

#include <hdf5.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <map>
#include <optional>
#include <sstream>
#include <vector>

namespace spikeloom_test {
namespace {

constexpr hsize_t kMaxWritten = 1 << 18;  // elements; more can only be declared
constexpr std::size_t kMaxRank = 32;

/// Closes an HDF5 identifier of any sort.
class Id {
 public:
  explicit Id(hid_t id) : id_(id) {}
  Id(const Id&) = delete;
  Id& operator=(const Id&) = delete;
  ~Id() {
    if (id_ >= 0) H5Idec_ref(id_);
  }
  hid_t get() const { return id_; }
  bool valid() const { return id_ >= 0; }

 private:
  hid_t id_;
};

// ---- words -----------------------------------------------------------------------------------

int hex_digit(char letter) {
  const char* digits = "0123456789abcdef";
  const char* found = letter == '\0' ? nullptr : std::strchr(digits, letter);
  return found == nullptr ? -1 : static_cast<int>(found - digits);
}

std::string unescaped(const std::string& word) {
  std::string result;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const bool escape = word.compare(i, 2, "\\x") == 0 && i + 3 < word.size() &&
                        hex_digit(word[i + 2]) >= 0 && hex_digit(word[i + 3]) >= 0;
    if (!escape) {
      result += word[i];
      continue;
    }
    result += static_cast<char>(hex_digit(word[i + 2]) * 16 + hex_digit(word[i + 3]));
    i += 3;
  }
  return result;
}

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream stream(line);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(unescaped(word));
  return words;
}

/// "(3,2)" as extents.
std::optional<std::vector<hsize_t>> shape_of(const std::string& word) {
  if (word.size() < 2 || word.front() != '(' || word.back() != ')') return std::nullopt;
  std::vector<hsize_t> shape;
  const char* at = word.data() + 1;
  const char* end = word.data() + word.size() - 1;
  while (at < end) {
    hsize_t extent = 0;
    const auto [next, failure] = std::from_chars(at, end, extent);
    if (failure != std::errc() || (next != end && *next != ',')) return std::nullopt;
    shape.push_back(extent);
    at = next + 1;
  }
  if (shape.size() > kMaxRank) return std::nullopt;
  return shape;
}

std::optional<hsize_t> volume_of(const std::vector<hsize_t>& shape) {
  hsize_t volume = 1;
  for (const hsize_t extent : shape) {
    if (extent > kMaxWritten) return std::nullopt;
    volume *= extent;
    if (volume > kMaxWritten) return std::nullopt;
  }
  return volume;
}

// ---- types -----------------------------------------------------------------------------------

/// IEEE half precision, which HDF5 1.10 does not name.
hid_t half_type() {
  const hid_t type = H5Tcopy(H5T_IEEE_F32LE);
  H5Tset_fields(type, 15, 10, 5, 0, 10);
  H5Tset_size(type, 2);
  H5Tset_ebias(type, 15);
  return type;
}

/// As h5py writes numpy's bool.
hid_t bool_type() {
  const hid_t type = H5Tenum_create(H5T_STD_I8LE);
  for (const std::int8_t value : {std::int8_t{0}, std::int8_t{1}})
    H5Tenum_insert(type, value == 0 ? "FALSE" : "TRUE", &value);
  return type;
}

hid_t text_type(std::size_t size) {
  const hid_t type = H5Tcopy(H5T_C_S1);
  H5Tset_size(type, size);
  H5Tset_cset(type, H5T_CSET_UTF8);
  return type;
}

hid_t record_type() {
  const hid_t type = H5Tcreate(H5T_COMPOUND, 2 * sizeof(double));
  H5Tinsert(type, "x", 0, H5T_NATIVE_DOUBLE);
  H5Tinsert(type, "y", sizeof(double), H5T_NATIVE_DOUBLE);
  return type;
}

hid_t number_type(const std::string& kind) {
  static const std::map<std::string, hid_t> kTypes{{"f4", H5T_IEEE_F32LE},
                                                   {"f8", H5T_IEEE_F64LE},
                                                   {"i1", H5T_STD_I8LE},
                                                   {"i2", H5T_STD_I16LE},
                                                   {"i4", H5T_STD_I32LE},
                                                   {"i8", H5T_STD_I64LE},
                                                   {"u1", H5T_STD_U8LE},
                                                   {"u2", H5T_STD_U16LE},
                                                   {"u4", H5T_STD_U32LE},
                                                   {"u8", H5T_STD_U64LE},
                                                   {"null", H5T_IEEE_F64LE}};
  const bool swapped = kind.ends_with('>');
  const std::string name = swapped ? kind.substr(0, kind.size() - 1) : kind;
  const auto known = kTypes.find(name);
  if (name != "f2" && known == kTypes.end()) return H5I_INVALID_HID;
  const hid_t type = name == "f2" ? half_type() : H5Tcopy(known->second);
  if (swapped) H5Tset_order(type, H5T_ORDER_BE);
  return type;
}

// ---- one line --------------------------------------------------------------------------------

struct Line {
  std::string path, kind, storage;
  std::vector<hsize_t> shape;
  std::vector<std::string> values;
};

Id link_creation() {
  const hid_t creation = H5Pcreate(H5P_LINK_CREATE);
  H5Pset_create_intermediate_group(creation, 1);
  return Id(creation);
}

Id creation_of(const Line& line) {
  const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_obj_track_times(creation, false);
  if (line.storage == "compact") H5Pset_layout(creation, H5D_COMPACT);
  if (line.storage != "chunk" && line.storage != "gzip" && line.storage != "filter" &&
      line.storage != "unwritten")
    return Id(creation);
  std::vector<hsize_t> chunk(line.shape);
  for (hsize_t& extent : chunk) extent = std::clamp<hsize_t>(extent, 1, 4);
  if (!chunk.empty()) H5Pset_chunk(creation, static_cast<int>(chunk.size()), chunk.data());
  constexpr H5Z_filter_t kNobodys = 32123;
  if (line.storage == "gzip") H5Pset_deflate(creation, 4);
  if (line.storage == "filter") H5Pset_filter(creation, kNobodys, H5Z_FLAG_OPTIONAL, 0, nullptr);
  return Id(creation);
}

Id space_of(const Line& line) {
  if (line.kind == "null") return Id(H5Screate(H5S_NULL));
  if (line.shape.empty()) return Id(H5Screate(H5S_SCALAR));
  return Id(H5Screate_simple(static_cast<int>(line.shape.size()), line.shape.data(), nullptr));
}

/// Makes the dataset and writes `values` unless they are null.
bool put(hid_t file, const Line& line, hid_t type, hid_t memory_type, const void* values) {
  const Id links = link_creation(), creation = creation_of(line), space = space_of(line);
  const Id dataset(H5Dcreate2(
      file, line.path.c_str(), type, space.get(), links.get(), creation.get(), H5P_DEFAULT));
  if (!dataset.valid()) return false;
  if (values == nullptr) return true;
  return H5Dwrite(dataset.get(), memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0;
}

double number_of(const Line& line, std::size_t index) {
  if (line.values.empty()) return 0;
  return std::strtod(line.values[index % line.values.size()].c_str(), nullptr);
}

bool put_numbers(hid_t file, const Line& line, hid_t type, hsize_t count, std::size_t width) {
  std::vector<double> numbers(count * width);
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = number_of(line, i);
  const Id record(record_type());
  return put(file, line, type, width == 1 ? H5T_NATIVE_DOUBLE : record.get(), numbers.data());
}

/// HDF5 converts no number into an enumeration.
bool put_bools(hid_t file, const Line& line, hid_t type, hsize_t count) {
  std::vector<std::int8_t> values(count);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = number_of(line, i) != 0 ? 1 : 0;
  return put(file, line, type, type, values.data());
}

std::string text_at(const Line& line, std::size_t index) {
  return line.values.empty() ? std::string() : line.values[index % line.values.size()];
}

bool put_texts(hid_t file, const Line& line, hsize_t count) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < count; ++i) texts.push_back(text_at(line, i));
  std::vector<const char*> pointers;
  for (const std::string& text : texts) pointers.push_back(text.c_str());
  const Id type(text_type(H5T_VARIABLE));
  return put(file, line, type.get(), type.get(), pointers.data());
}

bool put_fixed_texts(hid_t file, const Line& line, hsize_t count) {
  std::size_t width = 1;
  for (const std::string& value : line.values) width = std::max(width, value.size());
  if (width * count > kMaxWritten) return false;
  std::vector<char> bytes(width * count, '\0');
  for (std::size_t i = 0; i < count; ++i) {
    const std::string text = text_at(line, i);
    std::copy(text.begin(), text.end(), bytes.begin() + static_cast<std::ptrdiff_t>(i * width));
  }
  const Id type(text_type(width));
  return put(file, line, type.get(), type.get(), bytes.data());
}

/// Each value makes a row of as many numbers as it says.
bool put_rows(hid_t file, const Line& line, hsize_t count) {
  std::vector<double> numbers(16);
  std::vector<hvl_t> rows;
  for (std::size_t i = 0; i < count; ++i) {
    const auto length = static_cast<std::size_t>(std::clamp(number_of(line, i), 0.0, 16.0));
    rows.push_back({length, numbers.data()});
  }
  const Id type(H5Tvlen_create(H5T_NATIVE_DOUBLE));
  return put(file, line, type.get(), type.get(), rows.data());
}

bool put_dataset(hid_t file, const Line& line) {
  const bool is_record = line.kind == "record", is_bool = line.kind == "bool";
  const bool is_text = line.kind == "text" || line.kind == "fixed";
  const Id type(is_record ? record_type()
                : is_bool ? bool_type()
                : is_text ? text_type(8)
                          : number_type(line.kind));
  if (line.kind != "rows" && !type.valid()) return false;
  if (line.storage == "unwritten" || line.kind == "null")
    return put(file, line, type.get(), type.get(), nullptr);
  const std::optional<hsize_t> count = volume_of(line.shape);
  if (!count) return false;
  if (line.kind == "text") return put_texts(file, line, *count);
  if (line.kind == "fixed") return put_fixed_texts(file, line, *count);
  if (line.kind == "rows") return put_rows(file, line, *count);
  if (is_bool) return put_bools(file, line, type.get(), *count);
  return put_numbers(file, line, type.get(), *count, is_record ? 2 : 1);
}

bool put_link(hid_t file, const std::vector<std::string>& words) {
  const Id links = link_creation();
  const char* path = words[0].c_str();
  const char* target = words[2].c_str();
  if (words[1] == "hard")
    return H5Lcreate_hard(file, target, file, path, links.get(), H5P_DEFAULT) >= 0;
  if (words[1] == "soft") return H5Lcreate_soft(target, file, path, links.get(), H5P_DEFAULT) >= 0;
  return words.size() > 3 &&
         H5Lcreate_external(target, words[3].c_str(), file, path, links.get(), H5P_DEFAULT) >= 0;
}

bool put_group(hid_t file, const std::string& path) {
  const Id links = link_creation();
  const Id group(H5Gcreate2(file, path.c_str(), links.get(), H5P_DEFAULT, H5P_DEFAULT));
  return group.valid();
}

bool put_line(hid_t file, const std::vector<std::string>& words) {
  if (words.size() < 2 || !words[0].starts_with('/')) return false;
  if (words[1] == "group") return put_group(file, words[0]);
  if (words.size() < 3) return false;
  if (words[1] == "hard" || words[1] == "soft" || words[1] == "external")
    return put_link(file, words);
  const std::optional<std::vector<hsize_t>> shape = shape_of(words[2]);
  if (!shape) return false;
  const std::size_t slash = words[1].find('/');
  const std::string storage = slash == std::string::npos ? "" : words[1].substr(slash + 1);
  return put_dataset(
      file,
      {words[0], words[1].substr(0, slash), storage, *shape, {words.begin() + 3, words.end()}});
}

}  // namespace

std::size_t write_hdf5_text(const std::string& text, const std::string& path) {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  const Id file(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
  if (!file.valid()) return 1;
  std::size_t senseless = 0;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const std::vector<std::string> words = words_of(line);
    if (words.empty() || words[0].starts_with('#')) continue;
    if (!put_line(file.get(), words)) ++senseless;
  }
  return senseless;
}

}  // namespace spikeloom_test
