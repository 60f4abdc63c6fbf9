// An input of a router: a queue whose packets are looked up beside it, a packet a cycle. A packet is
// eligible at the head LookupCycles after it was first in the queue, and Interval cycles after the
// last one left.

module sl_router_input #(
  parameter  int unsigned Depth = 4,
  parameter  int unsigned LookupCycles = 2,
  parameter  int unsigned Interval = 1,
  parameter  int unsigned RouteBits = 8,
  localparam int unsigned PacketBits = sl_pkg::PacketBits,
  localparam int unsigned KeyBits = sl_pkg::KeyBits
) (
  input logic clk_i,
  input logic rst_ni,
  input logic clear_i,

  input logic                  push_i,
  input logic [PacketBits-1:0] packet_i,

  // A port of the routing table, which answers in the next cycle.
  output logic                 search_o,
  output logic [  KeyBits-1:0] key_o,
  input  logic                 match_i,
  input  logic [RouteBits-1:0] route_i,

  output logic                  empty_o,
  output logic                  eligible_o,
  output logic                  fresh_o,     // the head has not been eligible before
  output logic [PacketBits-1:0] packet_o,
  output logic                  match_o,     // the head's key has an entry
  output logic [ RouteBits-1:0] route_o,     // of that entry
  input  logic                  pop_i
);

  localparam int unsigned IndexBits = Depth > 1 ? $clog2(Depth) : 1;
  localparam int unsigned CountBits = $clog2(Depth + 1);
  localparam int unsigned TimerBits = Interval > 1 ? $clog2(Interval) : 1;

  logic [PacketBits-1:0] packets_q[Depth];
  logic [   RouteBits:0] answers_q[Depth];
  logic [IndexBits-1:0] head_q, tail_q, answer_q;
  logic [CountBits-1:0] count_q;  // packets
  logic [CountBits-1:0] known_q;  // of these, looked up long enough ago
  logic [LookupCycles-1:0] token_q;  // bit j: a packet that has been in the queue for j cycles
  logic [TimerBits-1:0] timer_q;
  logic                 fresh_q;

  function automatic [IndexBits-1:0] after(input [IndexBits-1:0] index);
    after = index == IndexBits'(Depth - 1) ? '0 : index + 1'b1;
  endfunction

  assign empty_o    = count_q == '0;
  assign eligible_o = known_q != '0 && (Interval == 1 || timer_q == '0);
  assign fresh_o    = fresh_q;
  assign packet_o   = packets_q[head_q];
  assign match_o    = answers_q[head_q][RouteBits];
  assign route_o    = answers_q[head_q][RouteBits-1:0];

  // A packet on the first leg of a detour needs no search.
  function automatic is_searched(input [sl_pkg::DetourBits-1:0] detour);
    is_searched = detour != sl_pkg::DetourFirstLeg;
  endfunction

  logic answered;
  if (LookupCycles == 1) begin : gen_search_at_once
    assign search_o = push_i && is_searched(packet_i[sl_pkg::DetourLsb +: sl_pkg::DetourBits]);
    assign key_o    = packet_i[KeyBits-1:0];
    assign answered = token_q[0];
  end else begin : gen_search_from_register
    logic [KeyBits-1:0] newest_key_q;
    logic newest_is_searched_q;
    always_ff @(posedge clk_i) begin
      if (push_i) begin
        newest_key_q         <= packet_i[KeyBits-1:0];
        newest_is_searched_q <= is_searched(packet_i[sl_pkg::DetourLsb +: sl_pkg::DetourBits]);
      end
    end
    assign search_o = token_q[0] && newest_is_searched_q;
    assign key_o    = newest_key_q;
    assign answered = token_q[1];
  end

  always_ff @(posedge clk_i) begin
    if (push_i) packets_q[tail_q] <= packet_i;
    if (answered) answers_q[answer_q] <= {match_i, route_i};
  end

  logic known;  // one more
  assign known = token_q[LookupCycles-1];

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      head_q   <= '0;
      tail_q   <= '0;
      answer_q <= '0;
      count_q  <= '0;
      known_q  <= '0;
      token_q  <= '0;
      timer_q  <= '0;
      fresh_q  <= 1'b1;
    end else if (clear_i) begin
      head_q   <= '0;
      tail_q   <= '0;
      answer_q <= '0;
      count_q  <= '0;
      known_q  <= '0;
      token_q  <= '0;
      timer_q  <= '0;
      fresh_q  <= 1'b1;
    end else if (push_i || count_q != '0 || timer_q != '0) begin
      token_q <= LookupCycles'({token_q, push_i});
      if (push_i) tail_q <= after(tail_q);
      if (answered) answer_q <= after(answer_q);
      if (pop_i) head_q <= after(head_q);
      if (push_i != pop_i) count_q <= push_i ? count_q + 1'b1 : count_q - 1'b1;
      if (known != pop_i) known_q <= known ? known_q + 1'b1 : known_q - 1'b1;
      if (pop_i) timer_q <= TimerBits'(Interval - 1);
      else if (timer_q != '0) timer_q <= timer_q - 1'b1;
      if (eligible_o) fresh_q <= pop_i;
    end
  end

endmodule
