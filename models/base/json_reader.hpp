#pragma once
// Reading a JSON spec strictly: every key is asked for, every value is checked before it is
// converted, and every error names file, JSON pointer, value and what was allowed.

#include <cstdint>
#include <functional>
#include <limits>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace spikeloom {

using Json = nlohmann::ordered_json;

/// Parses a file. Refuses syntax errors, duplicate keys and numbers that are not finite, with the
/// line and column or the pointer of the place. Throws InputError.
Json read_json_file(const std::string& path);
/// The same for text; `name` stands for the file in errors.
Json parse_json(const std::string& text, const std::string& name);

/// Where a value stands: file and JSON pointer.
struct JsonPlace {
  std::string file;
  std::string pointer;  ///< "" is the whole document
  JsonPlace operator/(const std::string& key) const;
  JsonPlace operator/(std::size_t index) const;
  [[noreturn]] void fail(const std::string& sentence) const;
};

/// Reads one JSON object. Call `finish()` last: it refuses the keys nobody asked for, suggesting
/// the nearest known one. The object must outlive the reader.
class ObjectReader {
 public:
  ObjectReader(const Json& object, JsonPlace place);

  const JsonPlace& place() const { return place_; }
  bool has(const std::string& key) const;

  /// Integers in [low, high]; fractions, negatives and overflows are refused, not converted.
  std::uint64_t unsigned_integer(const std::string& key,
                                 std::uint64_t low,
                                 std::uint64_t high,
                                 std::optional<std::uint64_t> fallback = std::nullopt);
  std::int64_t integer(const std::string& key,
                       std::int64_t low,
                       std::int64_t high,
                       std::optional<std::int64_t> fallback = std::nullopt);
  /// A finite number in [low, high].
  double number(const std::string& key,
                double low = std::numeric_limits<double>::lowest(),
                double high = std::numeric_limits<double>::max(),
                std::optional<double> fallback = std::nullopt);
  bool boolean(const std::string& key, std::optional<bool> fallback = std::nullopt);
  std::string string(const std::string& key, std::optional<std::string> fallback = std::nullopt);
  /// One of the listed words; the error lists them.
  std::string word(const std::string& key,
                   const std::vector<std::string>& allowed,
                   std::optional<std::string> fallback = std::nullopt);
  /// An object member; without `required`, nullopt if absent.
  ObjectReader object(const std::string& key);
  std::optional<ObjectReader> optional_object(const std::string& key);
  /// Calls `read(element, place)` for each element of an array member.
  void array(const std::string& key,
             const std::function<void(const Json&, const JsonPlace&)>& read,
             bool required = true);
  /// The raw value, or nullptr if absent (also marks the key as known).
  const Json* raw(const std::string& key);
  /// Calls `read(key, value, place)` for every member and marks all as known.
  void members(const std::function<void(const std::string&, const Json&, const JsonPlace&)>& read);

  /// Refuses unknown keys.
  void finish() const;
  /// Throws an InputError placed at member `key` (or at the object if empty).
  [[noreturn]] void fail(const std::string& key, const std::string& sentence) const;

 private:
  const Json* find(const std::string& key);
  const Json& require(const std::string& key);

  const Json& object_;
  JsonPlace place_;
  std::set<std::string> known_;
};

/// A typed enum against its words: the one list used for reading, writing and errors.
template <typename Enum>
using WordList = std::vector<std::pair<std::string, Enum>>;

template <typename Enum>
Enum read_enum(ObjectReader& reader,
               const std::string& key,
               const WordList<Enum>& words,
               std::optional<Enum> fallback = std::nullopt);

template <typename Enum>
const std::string& word_of(const WordList<Enum>& words, Enum value);

/// The candidate nearest to `word` by edit distance, or "" if none is near.
std::string nearest_word(const std::string& word, const std::vector<std::string>& candidates);

/// Member `name`, which reports and terminals show: text without control characters.
std::string read_name(ObjectReader& reader);

// ---- templates -------------------------------------------------------------------------------

template <typename Enum>
Enum read_enum(ObjectReader& reader,
               const std::string& key,
               const WordList<Enum>& words,
               std::optional<Enum> fallback) {
  if (!reader.has(key) && fallback) return reader.raw(key), *fallback;
  std::vector<std::string> allowed;
  for (const auto& [word, value] : words) allowed.push_back(word);
  const std::string chosen = reader.word(key, allowed);
  for (const auto& [word, value] : words)
    if (word == chosen) return value;
  reader.fail(key, "unknown word '" + chosen + "'");
}

template <typename Enum>
const std::string& word_of(const WordList<Enum>& words, Enum value) {
  for (const auto& [word, candidate] : words)
    if (candidate == value) return word;
  return words.front().first;
}

}  // namespace spikeloom
