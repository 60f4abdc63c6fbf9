#include "models/base/json_reader.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <numeric>

#include "models/base/error.hpp"
#include "models/base/open_file.hpp"
#include "models/base/text.hpp"

namespace spikeloom {
namespace {

// Larger documents are no specs of ours. The bounds keep the stack, the memory and the time of
// reading small: an ordered object searches its members one by one.
constexpr std::size_t kMaxDepth = 64;
constexpr std::size_t kMaxMembers = 4096;
constexpr std::size_t kMaxBytes = std::size_t{64} << 20;

std::string kind_of(const Json& value) {
  if (value.is_number_float()) return "a number ";
  if (value.is_number()) return "an integer ";
  if (value.is_string()) return "a string ";
  if (value.is_object()) return "an object ";
  if (value.is_array()) return "a list ";
  return "";  // true, false and null say themselves what they are
}

// A byte of UTF-8 that does not begin a character.
bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

std::string shown(const Json& value) {
  constexpr std::size_t kLongest = 60;
  std::string text = value.dump(-1, ' ', false, nlohmann::detail::error_handler_t::replace);
  if (text.size() <= kLongest) return text;
  std::size_t end = kLongest;
  while (is_continuation(text[end])) --end;  // never cut a character in two
  return text.substr(0, end) + "...";
}

std::string escaped(const std::string& key) {
  std::string result;
  for (const char c : key) {
    if (c == '~')
      result += "~0";
    else if (c == '/')
      result += "~1";
    else
      result += c;
  }
  return result;
}

// The shortest text that reads back as the number.
template <typename Number>
std::string text_of(Number number) {
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
  return {buffer.data(), end};
}

template <typename Number>
std::string range_text(Number low, Number high) {
  const bool open_above = high == std::numeric_limits<Number>::max();
  const bool open_below = std::is_signed_v<Number> && low == std::numeric_limits<Number>::lowest();
  if (open_above && open_below) return "any value";
  if (open_above) return text_of(low) + " or more";
  if (open_below) return text_of(high) + " or less";
  return text_of(low) + " to " + text_of(high);
}

// Of the last of the first `read` bytes.
std::string line_and_column(const std::string& text, std::size_t read) {
  const std::size_t at = std::min(read - std::min<std::size_t>(read, 1), text.size());
  const std::string before = text.substr(0, at);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t newline = before.rfind('\n');
  const std::size_t start = newline == std::string::npos ? 0 : newline + 1;
  const auto column = 1 + std::count_if(before.begin() + static_cast<std::ptrdiff_t>(start),
                                        before.end(),
                                        [](char byte) { return !is_continuation(byte); });
  return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

// Builds the document and refuses what the library would let pass: duplicate keys, deep nesting.
class StrictBuilder : public nlohmann::detail::json_sax_dom_parser<Json> {
 public:
  using Base = nlohmann::detail::json_sax_dom_parser<Json>;
  StrictBuilder(Json& document, const std::string& text, const std::string& name)
      : Base(document, true), text_(text), name_(name) {}

  bool null() { return count_element(), Base::null(); }
  bool boolean(bool value) { return count_element(), Base::boolean(value); }
  bool number_integer(std::int64_t value) { return count_element(), Base::number_integer(value); }
  bool number_unsigned(std::uint64_t value) {
    return count_element(), Base::number_unsigned(value);
  }
  bool number_float(double value, const std::string& word) {
    return count_element(), Base::number_float(value, word);
  }
  bool string(std::string& value) { return count_element(), Base::string(value); }

  bool start_object(std::size_t count) { return descend(false), Base::start_object(count); }
  bool end_object() { return levels_.pop_back(), Base::end_object(); }
  bool start_array(std::size_t count) { return descend(true), Base::start_array(count); }
  bool end_array() { return levels_.pop_back(), Base::end_array(); }

  bool key(std::string& word) {
    Level& level = levels_.back();
    level.key = word;
    if (!level.seen.insert(word).second)
      throw InputError(name_, pointer(levels_.size()), "key appears twice in one object");
    if (level.seen.size() > kMaxMembers)
      throw InputError(name_,
                       pointer(levels_.size() - 1),
                       "has more than " + std::to_string(kMaxMembers) + " members");
    return Base::key(word);
  }

  /// Called by the parser with the number of bytes read so far.
  bool parse_error(std::size_t read, const std::string& token, const Json::exception& error) {
    constexpr int kNumberOverflow = 406;
    const std::string where = line_and_column(text_, read);
    if (error.id == kNumberOverflow)
      throw InputError(name_, "", "the number " + token + " at " + where + " is not finite");
    throw InputError(name_, "", "not valid JSON at " + where);
  }

 private:
  // An open object or list, and which of its members is being read.
  struct Level {
    bool is_array;
    std::size_t elements = 0;
    std::string key;
    std::set<std::string> seen;
  };

  void count_element() {
    if (!levels_.empty() && levels_.back().is_array) ++levels_.back().elements;
  }
  void descend(bool into_array) {
    count_element();
    if (levels_.size() >= kMaxDepth)
      throw InputError(name_, "", "nested deeper than " + std::to_string(kMaxDepth) + " levels");
    levels_.push_back({into_array, 0, "", {}});
  }
  std::string pointer(std::size_t depth) const {
    std::string result;
    for (std::size_t i = 0; i < depth; ++i) {
      const Level& level = levels_[i];
      result += "/" + (level.is_array ? std::to_string(level.elements - 1) : escaped(level.key));
    }
    return result;
  }

  const std::string& text_;
  const std::string& name_;
  std::vector<Level> levels_;
};

// Everything up to the bound, whatever the path is: a file, a pipe, a device.
struct CloseStream {
  void operator()(std::FILE* stream) const { std::fclose(stream); }
};

std::string read_text(const std::string& path) {
  const int descriptor = open_to_read(path);
  const std::unique_ptr<std::FILE, CloseStream> stream(descriptor < 0 ? nullptr
                                                                      : fdopen(descriptor, "rb"));
  if (!stream) throw InputError(path, "", "cannot be read as a file");
  std::string text;
  std::array<char, 65536> chunk{};
  while (const std::size_t count = std::fread(chunk.data(), 1, chunk.size(), stream.get())) {
    text.append(chunk.data(), count);
    if (text.size() > kMaxBytes)
      throw InputError(path, "", "is larger than " + std::to_string(kMaxBytes) + " bytes");
  }
  if (std::ferror(stream.get()) != 0) throw InputError(path, "", "cannot be read as a file");
  return text;
}

}  // namespace

Json parse_json(const std::string& text, const std::string& name) {
  Json document;
  StrictBuilder builder(document, text, name);
  Json::sax_parse(text, &builder);
  return document;
}

Json read_json_file(const std::string& path) { return parse_json(read_text(path), path); }

JsonPlace JsonPlace::operator/(const std::string& key) const {
  return {file, pointer + "/" + escaped(key)};
}

JsonPlace JsonPlace::operator/(std::size_t index) const { return *this / std::to_string(index); }

void JsonPlace::fail(const std::string& sentence) const {
  throw InputError(file, pointer.empty() ? "/" : pointer, sentence);
}

ObjectReader::ObjectReader(const Json& object, JsonPlace place)
    : object_(object), place_(std::move(place)) {
  if (!object.is_object())
    place_.fail("expected an object, found " + kind_of(object) + shown(object));
}

bool ObjectReader::has(const std::string& key) const { return object_.contains(key); }

const Json* ObjectReader::find(const std::string& key) {
  known_.insert(key);
  const auto found = object_.find(key);
  return found == object_.end() ? nullptr : &*found;
}

const Json& ObjectReader::require(const std::string& key) {
  const Json* value = find(key);
  if (value == nullptr) fail(key, "required field is missing");
  return *value;
}

const Json* ObjectReader::raw(const std::string& key) { return find(key); }

namespace {

// An integer too large for 64 bits is parsed as a floating-point number: it is out of range, not of
// the wrong kind.
bool is_integer(const Json& value) {
  if (!value.is_number_float()) return value.is_number_integer();
  const double number = value.get<double>();
  return std::abs(number) >= 0x1p63 && std::trunc(number) == number;
}

// An integer built in code is tagged signed: ask for the sign, not for the tag.
bool is_within(const Json& value, std::uint64_t low, std::uint64_t high) {
  if (value.is_number_float()) return false;
  if (!value.is_number_unsigned() && value.get<std::int64_t>() < 0) return false;
  return value.get<std::uint64_t>() >= low && value.get<std::uint64_t>() <= high;
}

bool is_within(const Json& value, std::int64_t low, std::int64_t high) {
  if (value.is_number_float()) return false;
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > kMost) return false;
  return value.get<std::int64_t>() >= low && value.get<std::int64_t>() <= high;
}

template <typename Integer>
Integer checked(const Json& value, const JsonPlace& place, Integer low, Integer high) {
  if (!is_integer(value)) place.fail("expected an integer, found " + kind_of(value) + shown(value));
  if (!is_within(value, low, high))
    place.fail("is " + shown(value) + ", allowed is " + range_text(low, high));
  return value.get<Integer>();
}

}  // namespace

std::int64_t ObjectReader::integer(const std::string& key,
                                   std::int64_t low,
                                   std::int64_t high,
                                   std::optional<std::int64_t> fallback) {
  if (find(key) == nullptr && fallback) return *fallback;
  return checked(require(key), place_ / key, low, high);
}

std::uint64_t ObjectReader::unsigned_integer(const std::string& key,
                                             std::uint64_t low,
                                             std::uint64_t high,
                                             std::optional<std::uint64_t> fallback) {
  if (find(key) == nullptr && fallback) return *fallback;
  return checked(require(key), place_ / key, low, high);
}

double ObjectReader::number(const std::string& key,
                            double low,
                            double high,
                            std::optional<double> fallback) {
  if (find(key) == nullptr && fallback) return *fallback;
  const Json& given = require(key);
  if (!given.is_number()) fail(key, "expected a number, found " + kind_of(given) + shown(given));
  const double result = given.get<double>();
  if (!std::isfinite(result) || result < low || result > high)
    fail(key, "is " + shown(given) + ", allowed is " + range_text(low, high));
  return result;
}

bool ObjectReader::boolean(const std::string& key, std::optional<bool> fallback) {
  if (find(key) == nullptr && fallback) return *fallback;
  const Json& given = require(key);
  if (!given.is_boolean())
    fail(key, "expected true or false, found " + kind_of(given) + shown(given));
  return given.get<bool>();
}

std::string ObjectReader::string(const std::string& key, std::optional<std::string> fallback) {
  if (find(key) == nullptr && fallback) return *fallback;
  const Json& given = require(key);
  if (!given.is_string()) fail(key, "expected a string, found " + kind_of(given) + shown(given));
  return given.get<std::string>();
}

std::string ObjectReader::word(const std::string& key,
                               const std::vector<std::string>& allowed,
                               std::optional<std::string> fallback) {
  const std::string given = string(key, std::move(fallback));
  if (std::find(allowed.begin(), allowed.end(), given) != allowed.end()) return given;
  fail(key, "unknown word " + shown(given) + "; allowed: " + comma_separated(allowed));
}

ObjectReader ObjectReader::object(const std::string& key) {
  return ObjectReader(require(key), place_ / key);
}

std::optional<ObjectReader> ObjectReader::optional_object(const std::string& key) {
  const Json* value = find(key);
  if (value == nullptr) return std::nullopt;
  return ObjectReader(*value, place_ / key);
}

void ObjectReader::array(const std::string& key,
                         const std::function<void(const Json&, const JsonPlace&)>& read,
                         bool required) {
  const Json* value = required ? &require(key) : find(key);
  if (value == nullptr) return;
  if (!value->is_array()) fail(key, "expected a list, found " + kind_of(*value) + shown(*value));
  for (std::size_t i = 0; i < value->size(); ++i) read((*value)[i], place_ / key / i);
}

void ObjectReader::members(
    const std::function<void(const std::string&, const Json&, const JsonPlace&)>& read) {
  for (const auto& [key, value] : object_.items()) {
    known_.insert(key);
    read(key, value, place_ / key);
  }
}

void ObjectReader::finish() const {
  for (const auto& [key, value] : object_.items()) {
    if (known_.contains(key)) continue;
    const std::string near = nearest_word(key, {known_.begin(), known_.end()});
    (place_ / key)
        .fail(near.empty() ? "unknown field" : "unknown field; did you mean \"" + near + "\"?");
  }
}

void ObjectReader::fail(const std::string& key, const std::string& sentence) const {
  (key.empty() ? place_ : place_ / key).fail(sentence);
}

namespace {

std::size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
    }
  }
  return row[b.size()];
}

}  // namespace

std::string nearest_word(const std::string& word, const std::vector<std::string>& candidates) {
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    const auto [shorter, longer] = std::minmax({word.size(), candidate.size()});
    if (longer - shorter >= best_distance) continue;  // so long words cost nothing
    const std::size_t distance = edit_distance(word, candidate);
    if (distance >= best_distance || 2 * distance > longer) continue;
    best = candidate;
    best_distance = distance;
  }
  return best;
}

std::string read_name(ObjectReader& reader) {
  const std::string name = reader.string("name");
  if (holds_control_character(name))
    reader.fail("name",
                "is '" + without_control_characters(name) + "', which has a control character");
  return name;
}

}  // namespace spikeloom
