#!/bin/sh
# step.sh NAME COMMAND…: says which step runs and how long it took; the command's own output in between.
name=$1
shift
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
    blue='\033[1;34m' green='\033[32m' red='\033[1;31m' plain='\033[0m'
else
    blue='' green='' red='' plain=''
fi
begin=$(date +%s)
printf "${blue}▸ %s${plain}\n" "$name"
"$@"
code=$?
spent=$(($(date +%s) - begin))
if [ "$code" = 0 ]; then
    printf "${green}✓ %s${plain} (%s s)\n\n" "$name" "$spent"
else
    printf "${red}✗ %s failed${plain} (%s s)\n" "$name" "$spent"
fi
exit "$code"
