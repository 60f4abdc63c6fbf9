#include "models/base/json_reader.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>
#include <sstream>

#include "models/base/error.hpp"

namespace spikeloom {
namespace {

constexpr int kMaxDepth = 64;  // deeper documents are no specs of ours, and would exhaust the stack

std::string kind_of(const Json& value) {
  if (value.is_number_float()) return "a number";
  if (value.is_number()) return "an integer";
  if (value.is_string()) return "a string";
  if (value.is_boolean()) return "true or false";
  if (value.is_object()) return "an object";
  if (value.is_array()) return "a list";
  return "null";
}

std::string shown(const Json& value) {
  constexpr std::size_t kLongest = 60;
  std::string text = value.dump(-1, ' ', false, nlohmann::detail::error_handler_t::replace);
  if (text.size() > kLongest) text = text.substr(0, kLongest) + "...";
  return text;
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

template <typename Number>
std::string range_text(Number low, Number high) {
  std::ostringstream text;
  const bool open_above = high == std::numeric_limits<Number>::max();
  const bool open_below = low == std::numeric_limits<Number>::lowest();
  if (open_above && open_below)
    text << "any value";
  else if (open_above)
    text << low << " or more";
  else if (open_below)
    text << high << " or less";
  else
    text << low << " to " << high;
  return text.str();
}

// Builds the document and refuses what the library would let pass: duplicate keys, deep nesting.
class StrictBuilder : public nlohmann::detail::json_sax_dom_parser<Json> {
 public:
  using Base = nlohmann::detail::json_sax_dom_parser<Json>;
  StrictBuilder(Json& document, std::string name) : Base(document, true), name_(std::move(name)) {}

  bool start_object(std::size_t count) {
    descend();
    seen_.emplace_back();
    return Base::start_object(count);
  }
  bool key(std::string& word) {
    if (!seen_.back().insert(word).second)
      throw InputError(name_, pointer() + "/" + escaped(word), "key appears twice in one object");
    path_.back() = escaped(word);
    return Base::key(word);
  }
  bool end_object() { return seen_.pop_back(), path_.pop_back(), Base::end_object(); }
  bool start_array(std::size_t count) {
    descend();
    seen_.emplace_back();
    path_.back() = "-";
    return Base::start_array(count);
  }
  bool end_array() { return seen_.pop_back(), path_.pop_back(), Base::end_array(); }

 private:
  void descend() {
    if (path_.size() >= kMaxDepth)
      throw InputError(name_, "", "nested deeper than " + std::to_string(kMaxDepth) + " levels");
    path_.emplace_back();
  }
  std::string pointer() const {
    std::string text;
    for (std::size_t i = 0; i + 1 < path_.size(); ++i) text += "/" + path_[i];
    return text;
  }

  std::string name_;
  std::vector<std::set<std::string>> seen_;
  std::vector<std::string> path_;
};

std::string line_and_column(const std::string& text, std::size_t byte) {
  const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(byte, text.size()));
  const auto line = 1 + std::count(text.begin(), end, '\n');
  const auto last = std::find(std::make_reverse_iterator(end), text.rend(), '\n');
  const auto column = std::max<std::ptrdiff_t>(1, end - last.base());
  return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

}  // namespace

Json parse_json(const std::string& text, const std::string& name) {
  Json document;
  StrictBuilder builder(document, name);
  try {
    Json::sax_parse(text, &builder);
  } catch (const nlohmann::json::parse_error& error) {
    throw InputError(name, "", "not valid JSON at " + line_and_column(text, error.byte));
  } catch (const nlohmann::json::out_of_range&) {
    throw InputError(name, "", "holds a number that is not finite as a double");
  }
  return document;
}

Json read_json_file(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  if (!stream || !(text << stream.rdbuf())) throw InputError(path, "", "cannot be read as a file");
  return parse_json(text.str(), path);
}

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
    place_.fail("expected an object, found " + kind_of(object) + " " + shown(object));
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

std::int64_t ObjectReader::integer(const std::string& key,
                                   std::int64_t low,
                                   std::int64_t high,
                                   std::optional<std::int64_t> fallback) {
  const Json* value = find(key);
  if (value == nullptr && fallback) return *fallback;
  const Json& given = require(key);
  if (!given.is_number_integer())
    fail(key, "expected an integer, found " + kind_of(given) + " " + shown(given));
  const bool too_big = given.is_number_unsigned() &&
                       given.get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX);
  if (too_big || given.get<std::int64_t>() < low || given.get<std::int64_t>() > high)
    fail(key, "is " + shown(given) + ", allowed is " + range_text(low, high));
  return given.get<std::int64_t>();
}

std::uint64_t ObjectReader::unsigned_integer(const std::string& key,
                                             std::uint64_t low,
                                             std::uint64_t high,
                                             std::optional<std::uint64_t> fallback) {
  const Json* value = find(key);
  if (value == nullptr && fallback) return *fallback;
  const Json& given = require(key);
  if (!given.is_number_integer())
    fail(key, "expected an integer, found " + kind_of(given) + " " + shown(given));
  // An integer built in code is tagged signed: ask for the sign, not for the tag.
  const bool negative = !given.is_number_unsigned() && given.get<std::int64_t>() < 0;
  if (negative || given.get<std::uint64_t>() < low || given.get<std::uint64_t>() > high)
    fail(key, "is " + shown(given) + ", allowed is " + range_text(low, high));
  return given.get<std::uint64_t>();
}

double ObjectReader::number(const std::string& key,
                            double low,
                            double high,
                            std::optional<double> fallback) {
  const Json* value = find(key);
  if (value == nullptr && fallback) return *fallback;
  const Json& given = require(key);
  if (!given.is_number())
    fail(key, "expected a number, found " + kind_of(given) + " " + shown(given));
  const double result = given.get<double>();
  if (!std::isfinite(result) || result < low || result > high)
    fail(key, "is " + shown(given) + ", allowed is " + range_text(low, high));
  return result;
}

bool ObjectReader::boolean(const std::string& key, std::optional<bool> fallback) {
  const Json* value = find(key);
  if (value == nullptr && fallback) return *fallback;
  const Json& given = require(key);
  if (!given.is_boolean())
    fail(key, "expected true or false, found " + kind_of(given) + " " + shown(given));
  return given.get<bool>();
}

std::string ObjectReader::string(const std::string& key, std::optional<std::string> fallback) {
  const Json* value = find(key);
  if (value == nullptr && fallback) return *fallback;
  const Json& given = require(key);
  if (!given.is_string())
    fail(key, "expected a string, found " + kind_of(given) + " " + shown(given));
  return given.get<std::string>();
}

std::string ObjectReader::word(const std::string& key,
                               const std::vector<std::string>& allowed,
                               std::optional<std::string> fallback) {
  const std::string given = string(key, std::move(fallback));
  if (std::find(allowed.begin(), allowed.end(), given) != allowed.end()) return given;
  std::string list;
  for (const std::string& choice : allowed) list += (list.empty() ? "" : ", ") + choice;
  fail(key, "unknown word \"" + given + "\"; allowed: " + list);
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
  if (!value->is_array())
    fail(key, "expected a list, found " + kind_of(*value) + " " + shown(*value));
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
    fail(key, near.empty() ? "unknown field" : "unknown field; did you mean \"" + near + "\"?");
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
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

}  // namespace spikeloom
