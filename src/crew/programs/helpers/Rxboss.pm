package Rxboss;
# Workers for rxboss, in Perl: core modules only. `rxboss helper perl > Rxboss.pm`; the protocol is docs/program-protocol.md.
#
#     use Rxboss;
#     Rxboss::worker(count => sub { my ($attributes, $task) = @_; return scalar split ' ', $attributes->{text} });
#     Rxboss::serve();
#
# The work returns its result or dies; $task->report($note) is an interim report, $task->cancelled says whether to stop.
use strict;
use warnings;
use IO::Select;
use JSON::PP;
my $json = JSON::PP->new->utf8->allow_nonref->allow_blessed->convert_blessed;
my (%workers, @queue, %skipped, $in, $out, $now, $closing);
my $buffer = '';
sub worker { my ($name, $work, %more) = @_; $workers{$name} = {%more, name => $name, work => $work}; return }
sub say_ { my ($text) = @_; while (length $text) { my $done = syswrite $out, $text; exit 1 if !defined $done; substr $text, 0, $done, '' } return }
sub line { my ($type, $n, %keys) = @_; return qq({"type":"$type","n":$n) . join('', map { qq(,"$_":) . $json->encode($keys{$_}) } sort keys %keys) . "}\n" }

# Reads what is there, and waits for it if asked to. The end of stdin without a `close` means that the boss is gone.
sub hear {
    my ($wait) = @_;
    while ($wait || (!$closing && IO::Select->new($in)->can_read(0))) {
        sysread($in, $buffer, 1 << 20, length $buffer) or exit 1;
        $wait = 0;
        while ($buffer =~ s/\A([^\n]*)\n//) {
            my $told = $json->decode($1);
            my $type = $told->{type};
            if ($type eq 'instruction') { push @queue, $told }
            elsif ($type eq 'cancel') { $now && $now->{n} == $told->{n} ? $now->{reason} = $told->{reason} : ($skipped{$told->{n}} = $told->{reason}) }
            elsif ($type eq 'start') { say_(qq({"type":"ready"}\n)) }
            elsif ($type eq 'ping') { say_(line(pong => $told->{n})) }
            elsif ($type eq 'close') { $closing = 1 }
        }
    }
    return;
}
sub Rxboss::Task::report { my ($task, $note) = @_; say_(line(note => $task->{n}, value => $note)); return }
sub Rxboss::Task::cancelled { my ($task) = @_; say_(line(askable => $task->{n})) if !$task->{askable}++; hear(0); return defined $task->{reason} }

sub serve {
    open $in, '<&', \*STDIN or die; open $out, '>&', \*STDOUT or die;
    open STDIN, '<', '/dev/null' or die; open STDOUT, '>&', \*STDERR or die; # what is printed goes to the log
    my @told = map { my %one = %{$workers{$_}}; delete $one{work}; \%one } sort keys %workers;
    say_('{"type":"hello","protocol":1,"language":"Perl","languageVersion":"' . sprintf('%vd', $^V) . '","workers":' . $json->encode(\@told) . "}\n");
    while (1) {
        hear(!@queue && !$closing);
        my $told = shift @queue;
        if (!$told) { return if $closing; next }
        my $n = $told->{n};
        if (defined(my $reason = delete $skipped{$n})) { say_(line(failure => $n, name => 'Cancelled', message => $reason)); next }
        say_(line(begun => $n));
        $now = bless {%$told}, 'Rxboss::Task';
        my $answer = eval { line(result => $n, value => scalar $workers{$told->{worker}}{work}->($told->{attributes}, $now)) };
        my $error = ref $@ ? $json->encode($@) : $@;
        $now = undef;
        say_($answer // line(failure => $n, name => 'Error', message => $error =~ s/(?: at \S+ line \d+\.)?\n\z//r, stack => $error));
    }
}
1;
