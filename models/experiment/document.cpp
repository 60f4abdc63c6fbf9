// The experiment as a document: references and overrides.

#include <filesystem>
#include <nlohmann/json.hpp>

#include "models/base/error.hpp"
#include "models/base/text.hpp"
#include "models/experiment/experiment.hpp"

namespace spikeloom {
namespace {

namespace fs = std::filesystem;

constexpr const char* kCommandLine = "--set";

std::string resolved(const std::string& path, const fs::path& folder) {
  return fs::absolute(fs::path(path).is_absolute() ? fs::path(path) : folder / path)
      .lexically_normal()
      .string();
}

Json* member(Json& object, const std::string& key) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(key);
  return found == object.end() ? nullptr : &*found;
}

Json* string_member(Json& object, const std::string& key) {
  Json* value = member(object, key);
  return value != nullptr && value->is_string() ? value : nullptr;
}

// Replaces the string at object[key], if it is one, by the document it names, which remembers its
// file so that errors and its own references stay right.
void embed(Json& object, const std::string& key, const fs::path& folder) {
  Json* reference = string_member(object, key);
  if (reference == nullptr) return;
  const std::string path = resolved(reference->get<std::string>(), folder);
  Json embedded = read_json_file(path);
  if (embedded.is_object()) embedded["$file"] = path;
  *reference = std::move(embedded);
}

void make_absolute(Json& object, const std::string& key, const fs::path& folder) {
  if (Json* path = string_member(object, key)) *path = resolved(path->get<std::string>(), folder);
}

void embed_technology(Json& chip, const fs::path& experiment_folder) {
  const Json* file = string_member(chip, "$file");
  embed(chip,
        "technology",
        file != nullptr ? fs::path(file->get<std::string>()).parent_path() : experiment_folder);
}

void embed_semantics(Json& network, const std::string& path) {
  Json* semantics = string_member(network, "semantics");
  if (semantics == nullptr) return;
  *semantics = to_json(
      load_semantics_preset(semantics->get<std::string>(), JsonPlace{path, "/network/semantics"}));
}

// Idempotent, so that an override may name another file.
void embed_references(Json& document, const std::string& path) {
  const fs::path folder = fs::absolute(path).parent_path();
  embed(document, "chip", folder);
  if (Json* chip = member(document, "chip")) embed_technology(*chip, folder);
  if (Json* network = member(document, "network")) {
    make_absolute(*network, "nir", folder);
    make_absolute(*network, "netx", folder);
    embed_semantics(*network, path);
  }
  if (Json* input = member(document, "input"))
    for (const char* path_of : {"events", "list", "labels"}) make_absolute(*input, path_of, folder);
  if (Json* mapping = member(document, "mapping")) make_absolute(*mapping, "file", folder);
}

// A preset that was changed is no longer what its name says.
void rename_changed_preset(Json& document) {
  constexpr std::string_view kChanged = " (changed)";
  Json* name = string_member(document["network"]["semantics"], "name");
  if (name == nullptr || name->get<std::string>().ends_with(kChanged)) return;
  *name = name->get<std::string>().append(kChanged);
}

Json parsed_value(const std::string& text) {
  try {
    return parse_json(text, kCommandLine);
  } catch (const InputError&) {
    return Json(text);
  }
}

// Objects that an experiment may leave out; an override inside one brings it into being.
void create_optional(Json& document, const std::string& pointer) {
  if (!document.is_object()) return;
  for (const char* name : {"quantization", "mapping", "simulator", "readout", "input"})
    if (pointer.starts_with(std::string("/") + name + "/") && !document.contains(name))
      document[name] = Json::object();
}

// The place an override names: its parent must exist, its last key may be new in an object.
Json& place_of(Json& document, const Override& override) {
  create_optional(document, override.pointer);
  try {
    const Json::json_pointer pointer(override.pointer);
    Json& parent = document.at(pointer.parent_pointer());
    if (parent.is_array()) return parent.at(Json::json_pointer("/" + pointer.back()));
    if (parent.is_object()) return parent[pointer.back()];
  } catch (const nlohmann::json::exception&) {
    // falls through to the one sentence for every kind of wrong pointer
  }
  throw InputError(
      "",
      "",
      std::string(kCommandLine) + " " + override.pointer + ": the experiment has no such place");
}

}  // namespace

Override parse_override(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals < 2 || text.front() != '/')
    throw InputError("",
                     "",
                     std::string(kCommandLine) + " '" + text +
                         "': expected /json/pointer=value, such as /steps=16");
  if (!is_utf8(text))
    throw InputError("", "", std::string(kCommandLine) + " '" + text + "': is not UTF-8");
  return {text.substr(0, equals), text.substr(equals + 1)};
}

Json load_experiment_document(const std::string& path, const std::vector<Override>& overrides) {
  if (!is_utf8(fs::absolute(path).string()))
    throw InputError(path, "", "its path is not UTF-8, so that results cannot name it");
  Json document = read_json_file(path);
  embed_references(document, path);
  for (const Override& override : overrides) {
    place_of(document, override) = parsed_value(override.value);
    if (override.pointer.starts_with("/network/semantics/")) rename_changed_preset(document);
    embed_references(document, path);
  }
  return document;
}

}  // namespace spikeloom
